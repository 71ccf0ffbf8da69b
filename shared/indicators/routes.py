"""The indicator routes of a department: all of its indicators, one, and who is missing from one."""

from collections.abc import Sequence

from fastapi import APIRouter, Request

from shared.auth import CurrentPrincipal
from shared.database import Database
from shared.indicators.answers import answer
from shared.indicators.asking import By, Code, Division, Limit, Year, known_policy, question_of
from shared.indicators.declaration import Indicator, Share
from shared.indicators.measuring import detail_of, missing
from shared.indicators.question import Question
from shared.indicators.schemas import IndicatorList, IndicatorValue, MissingPage, MissingSubject, Unreckoned
from shared.policy import UnknownParameter
from shared.service.cursor import CursorText, decode_cursor, encode_cursor
from shared.service.problems import NotFound


class NobodyToList(NotFound):
    """A sum, a rise or a rate: nobody is missing from it one by one."""

    code = "indicator-without-list"


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
        question = question_of(request, principal, service, division, year)
        return await _all(request, indicators, question, by=by is not None)

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
        question = question_of(request, principal, service, division, year)
        return await _one(request, _found(by_code, code), question, by=by is not None)

    @router.get("/{code}/missing", summary="Who should be covered and is not")
    async def list_missing(
        request: Request,
        principal: CurrentPrincipal,
        code: Code,
        *,
        division: Division = None,
        year: Year = None,
        cursor: CursorText = None,
        limit: Limit = 100,
    ) -> MissingPage:
        question = question_of(request, principal, service, division, year)
        indicator = _found(by_code, code)
        if not isinstance(indicator, Share) or not indicator.lists_missing:
            raise NobodyToList(params={"indicator": code})
        return await _missing(request, indicator, question, cursor, limit)

    return router


def _found(by_code: dict[str, Indicator], code: str) -> Indicator:
    if code not in by_code:
        raise NotFound
    return by_code[code]


async def _all(request: Request, indicators: Sequence[Indicator], question: Question, *, by: bool) -> IndicatorList:
    """One that the policy of the year does not reach takes no other along."""
    database: Database = request.state.database
    items, unreckoned = [], []
    async with database.acquire(question.scope) as connection:
        for one in indicators:
            try:
                items.append(await answer(connection, one, question, by_division=by))
            except UnknownParameter as unknown:
                unreckoned.append(Unreckoned(code=one.code, parameter=unknown.key))
    return IndicatorList(items=items, unreckoned=unreckoned)


async def _one(request: Request, indicator: Indicator, question: Question, *, by: bool) -> IndicatorValue:
    database: Database = request.state.database
    with known_policy(question.year):
        async with database.acquire(question.scope) as connection:
            return await answer(connection, indicator, question, by_division=by)


async def _missing(
    request: Request, indicator: Share, question: Question, cursor: str | None, limit: int
) -> MissingPage:
    asked = (indicator.code, question.year, question.prefix)
    after = None if cursor is None else decode_cursor(asked, cursor, 2)
    database: Database = request.state.database
    with known_policy(question.year):
        async with database.acquire(question.scope) as connection:
            rows = await missing(connection, indicator, question, after=after, limit=limit + 1)
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
    last = encode_cursor(asked, shown[-1]["division"], shown[-1]["subject_id"]) if more else None
    return MissingPage(items=items, next_cursor=last)
