"""The list routes of a department: all lists, one with its lines, what was done about a line, and doing it."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from shared.auth import CurrentPrincipal
from shared.indicators.asking import By, Code, Division, Limit, Year, question_of
from shared.service.cursor import CursorText
from shared.service.problems import NotFound
from shared.service.strict import judges_rows
from shared.standing_lists.acting import Action
from shared.standing_lists.answers import answer_all, check_year, history, page
from shared.standing_lists.declaration import LineState, StandingList
from shared.standing_lists.reading import Filters
from shared.standing_lists.schemas import (
    CheckLine,
    Line,
    LineBatch,
    LineBatchResult,
    LineHistory,
    LinePage,
    Lists,
    ReopenLine,
    SettleLine,
)
from shared.standing_lists.writing import act_on_many, act_on_one

IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", description="1 to 200 visible ASCII characters")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="the line's version; * for any")]
State = Annotated[LineState | None, Query(description="if left out, all that are on the list; `gone` have left it")]


def standing_list_router(service: str, declared: Sequence[StandingList], *, max_rows: int) -> APIRouter:
    """`/api/v1/<service>/lists` and what lies below. Raises TypeError when two lists have the same code."""
    router = APIRouter(prefix=f"/api/v1/{service}/lists", tags=[service])
    by_code = {one.code: one for one in declared}
    if len(by_code) != len(declared):
        raise TypeError(f"{service}: two lists have the same code")

    def found(code: str) -> StandingList:
        if code not in by_code:
            raise NotFound
        return by_code[code]

    @router.get("", summary="All standing lists of the department, with counts")
    async def all_lists(
        request: Request, principal: CurrentPrincipal, division: Division = None, year: Year = None, by: By = None
    ) -> Lists:
        question = question_of(request, principal, service, division, year)
        return await answer_all(request, declared, question, by=by is not None)

    @router.get("/{code}", summary="One standing list and its lines")
    async def one_list(
        request: Request,
        principal: CurrentPrincipal,
        code: Code,
        *,
        division: Division = None,
        year: Year = None,
        state: State = None,
        member_id: UUID | None = None,
        household_id: UUID | None = None,
        by: By = None,
        cursor: CursorText = None,
        limit: Limit = 100,
    ) -> LinePage:
        question = question_of(request, principal, service, division, year)
        standing = found(code)
        check_year(standing, year)
        return await page(
            request,
            standing,
            question,
            Filters(state=state, member_id=member_id, household_id=household_id),
            by=by is not None,
            cursor=cursor,
            limit=limit,
        )

    @router.get("/{code}/lines/{line_id}/history", summary="What was done about a line")
    async def line_history(request: Request, principal: CurrentPrincipal, code: Code, line_id: UUID) -> LineHistory:
        principal.require(f"{service}:read")
        return await history(request, found(code), line_id, principal)

    @router.post("/{code}/lines/{line_id}:check", summary="A line was looked into", response_model=Line)
    async def check(
        request: Request,
        principal: CurrentPrincipal,
        code: Code,
        line_id: UUID,
        body: CheckLine,
        *,
        _key: IdempotencyKey = None,
        _match: IfMatch = None,
    ) -> Response:
        """From open. A conflict (409) names who was there before."""
        principal.require(f"{service}:write")
        return await act_on_one(request, principal, found(code), line_id=line_id, action=Action.CHECK, body=body)

    @router.post("/{code}/lines/{line_id}:settle", summary="A line is dealt with", response_model=Line)
    async def settle(
        request: Request,
        principal: CurrentPrincipal,
        code: Code,
        line_id: UUID,
        body: SettleLine,
        *,
        _key: IdempotencyKey = None,
        _match: IfMatch = None,
    ) -> Response:
        """From open or checked, with an outcome."""
        principal.require(f"{service}:write")
        return await act_on_one(request, principal, found(code), line_id=line_id, action=Action.SETTLE, body=body)

    @router.post("/{code}/lines/{line_id}:reopen", summary="A line is open again", response_model=Line)
    async def reopen(
        request: Request,
        principal: CurrentPrincipal,
        code: Code,
        line_id: UUID,
        body: ReopenLine,
        *,
        _key: IdempotencyKey = None,
        _match: IfMatch = None,
    ) -> Response:
        """From checked or settled, with a remark."""
        principal.require(f"{service}:write")
        return await act_on_one(request, principal, found(code), line_id=line_id, action=Action.REOPEN, body=body)

    @router.post("/{code}/lines:batch", summary="Act on many lines", response_model=LineBatchResult)
    @judges_rows
    async def batch(
        request: Request,
        principal: CurrentPrincipal,
        code: Code,
        body: LineBatch,
        _key: IdempotencyKey = None,
    ) -> Response:
        """Up to 1,000 lines of one year; a refused row never takes its neighbours along."""
        principal.require(f"{service}:write")
        return await act_on_many(request, principal, found(code), body.rows, max_rows=max_rows)

    return router
