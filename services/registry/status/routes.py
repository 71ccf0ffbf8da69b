"""The routes of the unified status.

Endpoints take the request alone and answer ready bytes: nothing is decoded, validated or encoded again on this path.
Their parameters and answers are declared for the OpenAPI document by hand.
"""

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.registry.status.answer import status_response
from services.registry.status.documents import (
    AT_LEAST,
    BY,
    CODE,
    HOUSEHOLD_ID,
    IF_NONE_MATCH,
    LIST_FILTERS,
    LOOKUP_BODY,
    NOT_MODIFIED,
    PAGING,
    VIEW,
    HouseholdStatusAnswer,
    StatusPage,
    StatusSummary,
)
from services.registry.status.listing import StatusLists
from services.registry.status.query import (
    code_of,
    household_id_of,
    list_query,
    lookup_of,
    read_parameters,
    summary_query,
)
from services.registry.status.reader import StatusReader, StoredStatus
from services.registry.status.signal_codes import check_signal
from shared.auth import principal_of
from shared.database import Scope
from shared.service import json_response, reads_own_query

MESSAGES = Path(__file__).with_name("messages.toml")
SCOPE = "status:read"

router = APIRouter(tags=["status"])


def _reader(request: Request) -> StatusReader:
    reader: StatusReader = request.state.status_reader
    return reader


def _lists(request: Request) -> StatusLists:
    lists: StatusLists = request.state.status_lists
    return lists


def _scope(request: Request) -> Scope:
    principal = principal_of(request)
    principal.require(SCOPE)
    return principal.scope


def _answer(request: Request, status: StoredStatus, *, mobile: bool) -> Response:
    return status_response(request, status, today=_reader(request).clock.today(), mobile=mobile)


_STATUS: Mapping[int | str, dict[str, object]] = {304: NOT_MODIFIED}


@router.get(
    "/api/v1/households/{household_id}/status",
    summary="Unified status of a household",
    response_model=HouseholdStatusAnswer,
    responses=dict(_STATUS),
    openapi_extra={"parameters": [HOUSEHOLD_ID, VIEW, AT_LEAST, IF_NONE_MATCH]},
)
@reads_own_query
async def read_status(request: Request) -> Response:
    """What every department says of the household, with the source and the age of every part."""
    scope = _scope(request)
    mobile, at_least = read_parameters(request)
    status = await _reader(request).by_id(scope, household_id_of(request), at_least=at_least)
    return _answer(request, status, mobile=mobile)


@router.get(
    "/api/v1/households/by-code/{code}/status",
    summary="Unified status by household code",
    response_model=HouseholdStatusAnswer,
    responses=dict(_STATUS),
    openapi_extra={"parameters": [CODE, VIEW, AT_LEAST, IF_NONE_MATCH]},
)
@reads_own_query
async def read_status_by_code(request: Request) -> Response:
    """As by identifier."""
    scope = _scope(request)
    mobile, at_least = read_parameters(request)
    status = await _reader(request).by_code(scope, code_of(request), at_least=at_least)
    return _answer(request, status, mobile=mobile)


@router.post(
    "/api/v1/statuses:lookup",
    summary="Unified status by ID number or household code",
    response_model=HouseholdStatusAnswer,
    openapi_extra={"parameters": [VIEW, AT_LEAST], "requestBody": LOOKUP_BODY},
)
@reads_own_query
async def look_up_status(request: Request) -> Response:
    """The key is in the body, so that no ID number stands in an address, a log or a cache."""
    scope = _scope(request)
    mobile, at_least = read_parameters(request)
    lookup = await lookup_of(request)
    reader = _reader(request)
    if lookup.id_number is not None:
        status = await reader.by_id_number(scope, lookup.id_number, at_least=at_least)
    else:
        status = await reader.by_code(scope, lookup.household_code or "", at_least=at_least)
    return _answer(request, status, mobile=mobile)


@router.get(
    "/api/v1/statuses",
    summary="Statuses by place and filters",
    response_model=StatusPage,
    openapi_extra={"parameters": [*LIST_FILTERS, *PAGING]},
)
@reads_own_query
async def list_statuses(request: Request) -> Response:
    """Codes and counts without names; with `changed_since` the oldest change first, else by place."""
    scope = _scope(request)
    query = list_query(request)
    await check_signal(_reader(request).database, query)
    return json_response(await _lists(request).page(scope, query))


@router.get(
    "/api/v1/statuses/summary",
    summary="Counts of statuses",
    response_model=StatusSummary,
    openapi_extra={"parameters": [*LIST_FILTERS, BY]},
)
@reads_own_query
async def summarise_statuses(request: Request) -> Response:
    """Households and persons within a division, in total and by one or two groups (five batches, guarantees ...)."""
    scope = _scope(request)
    query, by = summary_query(request, scope)
    await check_signal(_reader(request).database, query)
    return json_response(await _lists(request).summary(scope, query, by))
