"""Answers of the reading routes."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import Request

from shared.auth import Principal
from shared.database import Connection, Database
from shared.indicators.asking import EARLIEST_YEAR, LATEST_YEAR, NEXT_DIGITS, known_policy, unlimited_question
from shared.indicators.question import Question
from shared.indicators.schemas import LabelText, Unreckoned
from shared.policy import UnknownParameter
from shared.service.cursor import decode_cursor, encode_cursor
from shared.service.problems import FieldError, InvalidParameter, NotFound
from shared.standing_lists.acting import history_name
from shared.standing_lists.declaration import LineState, StandingList
from shared.standing_lists.documents import counts_of, entry_of, line_of
from shared.standing_lists.reading import Filters, Lines, count_by_state, lines_by_id, page_of_gone, page_of_lines
from shared.standing_lists.schemas import LineHistory, LinePage, Lists, ListValue, PlaceCounts

_HISTORY = """
SELECT revision, action, at, principal, source_system, request_id, reason, before, after
FROM record_history WHERE record_type = $1 AND record_id = $2 ORDER BY id
"""


async def answer_all(request: Request, declared: Sequence[StandingList], question: Question, *, by: bool) -> Lists:
    """One that the policy of the year does not reach takes no other along."""
    database: Database = request.state.database
    items, unreckoned = [], []
    async with database.acquire(question.scope) as connection:
        for one in declared:
            try:
                items.append(await _value(connection, one, _of_list(one, question), by=by))
            except UnknownParameter as unknown:
                unreckoned.append(Unreckoned(code=one.code, parameter=unknown.key))
    return Lists(items=items, unreckoned=unreckoned)


async def page(
    request: Request,
    standing: StandingList,
    question: Question,
    filters: Filters,
    *,
    by: bool,
    cursor: str | None,
    limit: int,
) -> LinePage:
    """Raises PolicyUnknown, InvalidCursor."""
    question = _of_list(standing, question)
    database: Database = request.state.database
    asked = (standing.code, question.year if standing.by_year else None, question.prefix, filters)
    filters = replace(filters, after=None if cursor is None else decode_cursor(asked, cursor, 2))
    with known_policy(question.year):
        async with database.acquire(question.scope) as connection:
            value = None if cursor is not None else await _value(connection, standing, question, by=by)
            read = page_of_gone if filters.state is LineState.GONE else page_of_lines
            rows = await read(connection, standing, question, filters, limit=limit + 1)
    shown = rows[:limit]
    last = encode_cursor(asked, shown[-1]["division"], shown[-1]["subject_id"]) if len(rows) > limit else None
    return LinePage(summary=value, items=[line_of(row) for row in shown], next_cursor=last)


async def history(request: Request, standing: StandingList, line_id: UUID, principal: Principal) -> LineHistory:
    """Also of a line that has gone. Raises NotFound for one that never was or is outside the caller's area."""
    question = question_of_line(request, standing, line_id, principal)
    database: Database = request.state.database
    with known_policy(question.year):
        async with database.acquire(question.scope) as connection:
            row = (await lines_by_id(connection, standing, question, [line_id])).get(line_id)
            if row is None:
                raise NotFound
            entries = await connection.fetch(_HISTORY, history_name(standing), line_id)
    return LineHistory(line=line_of(row), entries=[entry_of(entry) for entry in entries])


def question_of_line(request: Request, standing: StandingList, line_id: UUID, principal: Principal) -> Question:
    """About all that the caller may see, in the line's year. Raises NotFound for an id that no line can have."""
    year = year_of(standing, line_id)
    if year is None:
        raise NotFound
    return _of_list(standing, unlimited_question(request, principal, year or None))


def year_of(standing: StandingList, line_id: UUID) -> int | None:
    """The year in a line's id, 0 for a list without years; None if no line of the list has such an id."""
    start = line_id.hex[:4]
    year = int(start) if start.isdecimal() else -1
    if standing.by_year:
        return year if EARLIEST_YEAR <= year <= LATEST_YEAR else None
    return year if year == 0 else None


def check_year(standing: StandingList, year: int | None) -> None:
    """A year that changes nothing is refused, like every filter that does nothing."""
    if year is not None and not standing.by_year:
        raise InvalidParameter(errors=[FieldError("query:year", "list_without_years", {"list": standing.code})])


def _of_list(standing: StandingList, question: Question) -> Question:
    """A list without years is judged by the policy of today."""
    return question if standing.by_year else replace(question, year=question.today.year)


async def _value(connection: Connection, standing: StandingList, question: Question, *, by: bool) -> ListValue:
    here = len(question.prefix)
    digits = NEXT_DIGITS[here] if by else here
    lines = Lines(standing, question)
    rows = await count_by_state(connection, lines, digits=digits)
    parts = [
        PlaceCounts(division=place.ljust(12, "0"), counts=counts_of(row for row in rows if row["place"] == place))
        for place in sorted({row["place"] for row in rows})
    ]
    return ListValue(
        code=standing.code,
        label=LabelText(zh=standing.label.zh, en=standing.label.en),
        unit=standing.unit,
        kind=standing.kind,
        source=standing.source,
        outcomes=standing.outcomes,
        division=question.area,
        year=question.year if standing.by_year else None,
        complete=lines.complete and question.scope.covers(question.prefix),
        parameters=lines.parameters,
        counts=counts_of(rows),
        by_division=parts if by else None,
    )
