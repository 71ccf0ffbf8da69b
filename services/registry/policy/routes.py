"""The policy interface: what holds where and when, and a place's own values."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from services.registry.policy.overrides import PolicyOverrides
from services.registry.policy.problems import NoPolicyValue
from services.registry.policy.reading import history_page, parameter_page
from services.registry.policy.schemas import (
    HistoryPage,
    OverrideForm,
    OverrideOut,
    ParameterPage,
    ResolvedOut,
    SettingOut,
    WithdrawalForm,
    Year,
)
from shared.auth import CurrentPrincipal
from shared.identity import NATION, CleanText, DivisionCode, division_chain
from shared.records.idempotency import Once, StoredResponse
from shared.service.cursor import CursorText, decode_cursor, encode_cursor
from shared.service.problems import InvalidCursor

MAX_PAGE = 500

policy_router = APIRouter(prefix="/api/v1/policy", tags=["policy"])

Area = Annotated[DivisionCode | None, Query(description="12-digit division")]
AskedYear = Annotated[Year | None, Query()]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key")]


def _overrides(request: Request) -> PolicyOverrides:
    overrides = request.state.policy_overrides
    if not isinstance(overrides, PolicyOverrides):
        raise TypeError("the service's state needs policy_overrides")
    return overrides


@policy_router.get("/parameters", response_model=ParameterPage)
async def list_parameters(
    request: Request,
    principal: CurrentPrincipal,
    *,
    key: Annotated[Annotated[str, CleanText(200)] | None, Query(description="the beginning of the key")] = None,
    area: Area = None,
    year: AskedYear = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> ParameterPage:
    """All parameters with their values. With `area`: the values at that place and above it; with `year`: up to it."""
    store = _overrides(request).store
    asked = (key, area, year)
    after = None if cursor is None else decode_cursor(asked, cursor, 1)[0]
    page, last = parameter_page(store.current, prefix=key or "", area=area, year=year, after=after, limit=limit)
    return ParameterPage(
        version=store.version, items=page, next_cursor=None if last is None else encode_cursor(asked, last)
    )


@policy_router.get("/parameters/{key}", response_model=ResolvedOut)
async def resolve_parameter(
    request: Request, principal: CurrentPrincipal, key: str, area: Area = None, year: AskedYear = None
) -> ResolvedOut:
    """The value in force for a place (the nation unless given) and a year (this one unless given), and where it was
    found.
    """
    overrides = _overrides(request)
    declaration = overrides.declaration(key)
    asked_area, asked_year = area or NATION, year or overrides.clock.today().year
    found = overrides.store.current.find(key, areas=division_chain(asked_area), year=asked_year)
    if found is None:
        raise NoPolicyValue(params={"key": key, "area": asked_area, "year": asked_year})
    return ResolvedOut(
        **SettingOut.of(found).model_dump(),
        key=key,
        unit=declaration.unit,
        asked_area=asked_area,
        asked_year=asked_year,
        version=overrides.store.version,
    )


@policy_router.get("/parameters/{key}/history", response_model=HistoryPage)
async def parameter_history(
    request: Request, principal: CurrentPrincipal, key: str, limit: Limit = 100, cursor: CursorText = None
) -> HistoryPage:
    """Who set or withdrew a value of this parameter, when and why, newest first."""
    overrides = _overrides(request)
    overrides.declaration(key)
    before = None if cursor is None else _position(decode_cursor(key, cursor, 1)[0])
    async with overrides.database.acquire(principal.scope) as conn:
        entries, last = await history_page(conn, key, before=before, limit=limit)
    return HistoryPage(items=entries, next_cursor=None if last is None else encode_cursor(key, str(last)))


@policy_router.put(
    "/parameters/{key}", response_model=OverrideOut, responses={201: {"model": OverrideOut, "description": "Set"}}
)
async def set_parameter(
    request: Request,
    principal: CurrentPrincipal,
    key: str,
    form: OverrideForm,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Set a place's own value, with reason and source; it is in force in every service moments later (Y06)."""
    once = await _once(request, principal, idempotency_key)
    return _sent(await _overrides(request).set(principal, key, form, once=once))


@policy_router.post("/parameters/{key}:withdraw", response_model=OverrideOut)
async def withdraw_parameter(
    request: Request,
    principal: CurrentPrincipal,
    key: str,
    form: WithdrawalForm,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take a place's own value back: the next one above, or the shipped one, holds again."""
    once = await _once(request, principal, idempotency_key)
    return _sent(await _overrides(request).withdraw(principal, key, form, once=once))


async def _once(request: Request, principal: CurrentPrincipal, key: str | None) -> Once | None:
    body = await request.body()
    return Once.of(principal, key, method=request.method, path=request.url.path, body=body)


def _sent(answer: StoredResponse) -> Response:
    return Response(answer.body, status_code=answer.status, headers=answer.headers, media_type="application/json")


def _position(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidCursor
    return int(text)
