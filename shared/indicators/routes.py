"""The indicator routes of a department: all of its indicators, one, and who is missing from one."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request

from shared.auth import CurrentPrincipal, Principal
from shared.database import Database
from shared.indicators.answers import PolicyUnknown, answer
from shared.indicators.cursor import MissingCursor
from shared.indicators.declaration import Indicator, Share
from shared.indicators.measuring import Question, detail_of, missing
from shared.indicators.schemas import IndicatorList, IndicatorValue, MissingPage, MissingSubject
from shared.policy import PolicyStore, UnknownParameter
from shared.records.filters import parse_division_prefix
from shared.service.problems import NotFound, OutOfArea

EARLIEST_YEAR = 2000
LATEST_YEAR = 2100
LONGEST_PAGE = 1000

Division = Annotated[
    str | None,
    Query(description="12 digits, or the leading 2, 4, 6 or 9; if left out, the caller's own", max_length=12),
]
Year = Annotated[int | None, Query(description="this year if left out", ge=EARLIEST_YEAR, le=LATEST_YEAR)]
By = Annotated[Literal["division"] | None, Query(description="adds the divisions of the next level")]
Code = Annotated[str, Path(max_length=64)]
Cursor = Annotated[str | None, Query(max_length=600)]
Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE)]


def indicator_router(service: str, indicators: Sequence[Indicator]) -> APIRouter:
    """`GET /api/v1/<service>/indicators`, `…/indicators/{code}` and `…/indicators/{code}/missing`.

    Raises TypeError when two indicators have the same code.
    """
    router = APIRouter(prefix=f"/api/v1/{service}/indicators", tags=[service])
    by_code = {one.code: one for one in indicators}
    if len(by_code) != len(indicators):
        raise TypeError(f"{service}: two indicators have the same code")

    @router.get("", summary="All indicators of the department")
    async def list_indicators(
        request: Request, principal: CurrentPrincipal, division: Division = None, year: Year = None, by: By = None
    ) -> IndicatorList:
        question = _question(request, principal, service, division, year)
        return IndicatorList(items=await _answers(request, indicators, question, by))

    @router.get("/{code}", summary="One indicator")
    async def read_indicator(
        request: Request,
        principal: CurrentPrincipal,
        code: Code,
        *,
        division: Division = None,
        year: Year = None,
        by: By = None,
    ) -> IndicatorValue:
        question = _question(request, principal, service, division, year)
        return (await _answers(request, [_found(by_code, code)], question, by))[0]

    @router.get("/{code}/missing", summary="Who should be covered and is not")
    async def list_missing(
        request: Request,
        principal: CurrentPrincipal,
        code: Code,
        *,
        division: Division = None,
        year: Year = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> MissingPage:
        question = _question(request, principal, service, division, year)
        indicator = _found(by_code, code)
        if not isinstance(indicator, Share) or not indicator.lists_missing:
            raise NotFound
        return await _missing(request, indicator, question, cursor, limit)

    return router


def _question(request: Request, principal: Principal, service: str, division: str | None, year: int | None) -> Question:
    """Raises Forbidden, OutOfArea or InvalidParameter."""
    principal.require(f"{service}:read")
    prefix = _own_division(principal) if division is None else parse_division_prefix(division)
    if not principal.scope.narrowed(prefix).prefixes:
        raise OutOfArea
    asked = request.state.clock.today().year if year is None else year
    policies: PolicyStore = request.state.policies
    return Question(prefix=prefix, year=asked, policy=policies.current, scope=principal.scope)


def _own_division(principal: Principal) -> str:
    """What a caller means who names no division: its own, if it has but one, else the whole country."""
    prefixes = principal.scope.prefixes
    return prefixes[0] if len(prefixes) == 1 else ""


def _found(by_code: dict[str, Indicator], code: str) -> Indicator:
    if code not in by_code:
        raise NotFound
    return by_code[code]


async def _answers(
    request: Request, indicators: Sequence[Indicator], question: Question, by: str | None
) -> list[IndicatorValue]:
    database: Database = request.state.database
    async with database.acquire(question.scope) as connection:
        try:
            return [await answer(connection, one, question, by_division=by is not None) for one in indicators]
        except UnknownParameter as unknown:
            raise PolicyUnknown(params={"key": unknown.key, "year": question.year}) from None


async def _missing(
    request: Request, indicator: Share, question: Question, cursor: str | None, limit: int
) -> MissingPage:
    after = None if cursor is None else MissingCursor.decode(cursor)
    database: Database = request.state.database
    async with database.acquire(question.scope) as connection:
        try:
            rows = await missing(connection, indicator, question, after=after, limit=limit + 1)
        except UnknownParameter as unknown:
            raise PolicyUnknown(params={"key": unknown.key, "year": question.year}) from None
    shown = rows[:limit]
    items = [
        MissingSubject(
            subject=row["subject_id"],
            member_id=row["member_id"],
            name=row["name"],
            household_id=row["household_id"],
            household_code=row["household_code"],
            division=row["division"],
            detail=detail_of(row),
        )
        for row in shown
    ]
    more = len(rows) > limit
    last = MissingCursor(shown[-1]["division"], shown[-1]["subject_id"]).encode() if more else None
    return MissingPage(items=items, next_cursor=last)
