"""Lines as they are now: the population, read live, joined with what officials did about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from shared.database import Connection
from shared.indicators.places import places
from shared.indicators.question import Question, bind
from shared.standing_lists.declaration import LineState, StandingList

_STATE = "CASE WHEN s.cause = l.cause AND s.state <> 'gone' THEN s.state ELSE 'open' END"
_COLUMNS = """
l.line_id, l.subject_id, l.member_id, m.name, l.household_id, h.code AS household_code, l.division,
l.detail::text AS detail, l.cause, s.state AS held_state, s.outcome, s.remark, coalesce(s.revision, 0) AS revision,
s.at, s.principal, s.source_system
"""
_ROSTER = """
LEFT JOIN roster_member m ON m.member_id = l.member_id
LEFT JOIN roster_household h ON h.household_id = l.household_id
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a page of lines is limited to; `after` is the sort key (division, subject) of the row before."""

    state: LineState | None = None
    member_id: UUID | None = None
    household_id: UUID | None = None
    after: Sequence[str] | None = None


class Lines:
    """The SELECT of a list's lines for one question: `sql`, with `values` to be added to.

    `complete` is False where the policy is not known in a part of the area. Raises UnknownParameter when it is known in
    none.
    """

    def __init__(self, standing: StandingList, question: Question) -> None:
        year = question.year if standing.by_year else 0
        self.values: list[object] = [standing.code, year]
        self._standing = standing
        self.sql, self.complete = self._select(question, year)

    def _select(self, question: Question, year: int) -> tuple[str, bool]:
        standing = self._standing
        parts: list[str] = []
        found, complete = places(question, set(standing.parameters.values()))
        for place in found:
            population = bind(standing.population, standing.parameters, question, place.policy, self.values)
            condition = f"p.division LIKE ANY({self.add(place.patterns)}::text[])"
            if place.without:
                condition += f" AND NOT p.division LIKE ANY({self.add(place.without)}::text[])"
            parts.append(
                "SELECT p.subject_id, p.member_id, p.household_id, p.division,"
                f" coalesce(p.detail, '{{}}'::jsonb) AS detail FROM ({population}) p WHERE {condition}"
            )
        start, name, volatile = (
            self.add(value) for value in (f"{year:04d}", f"{standing.code}|{year}|", list(standing.volatile))
        )
        sql = (
            f"SELECT ({start}::text || substr(md5({name}::text || p.subject_id), 5))::uuid AS line_id, p.*,"
            f" md5((p.detail - {volatile}::text[])::text) AS cause FROM ({' UNION ALL '.join(parts)}) p"
        )
        return sql, complete

    def add(self, value: object) -> str:
        """The place of a value in the statement."""
        self.values.append(value)
        return f"${len(self.values)}"


_HELD = "LEFT JOIN standing_line s ON s.line_id = l.line_id AND s.list = $1::text AND s.year = $2::smallint"


async def count_by_state(
    connection: Connection, standing: StandingList, question: Question, *, digits: int
) -> tuple[Sequence[asyncpg.Record], bool]:
    """Rows of (place, state, count), by the divisions with so many digits; and whether they are complete."""
    lines = Lines(standing, question)
    rows = await connection.fetch(
        f"SELECT left(l.division, {digits:d}) AS place, {_STATE} AS state, count(*) AS count"
        f" FROM ({lines.sql}) l {_HELD} GROUP BY 1, 2 ORDER BY 1, 2",
        *lines.values,
    )
    return rows, lines.complete


async def page_of_lines(
    connection: Connection, standing: StandingList, question: Question, filters: Filters, *, limit: int
) -> Sequence[asyncpg.Record]:
    """The lines on the list, by division and subject."""
    lines = Lines(standing, question)
    conditions = _conditions(lines, filters)
    if filters.state is not None:
        conditions.append(f"{_STATE} = {lines.add(filters.state.value)}::text")
    return await connection.fetch(
        f"SELECT {_COLUMNS}, {_STATE} AS state FROM ({lines.sql}) l {_HELD} {_ROSTER}"
        f" WHERE {' AND '.join(conditions)} ORDER BY l.division, l.subject_id LIMIT {lines.add(limit)}",
        *lines.values,
    )


async def lines_by_id(
    connection: Connection, standing: StandingList, question: Question, ids: Collection[UUID]
) -> dict[UUID, asyncpg.Record]:
    """Those of the lines that are on the list now, in what was asked for."""
    lines = Lines(standing, question)
    rows = await connection.fetch(
        f"SELECT {_COLUMNS}, {_STATE} AS state FROM ({lines.sql}) l {_HELD} {_ROSTER}"
        f" WHERE l.line_id = ANY({lines.add(list(ids))}::uuid[])",
        *lines.values,
    )
    return {row["line_id"]: row for row in rows}


async def page_of_gone(
    connection: Connection,
    standing: StandingList,
    question: Question,
    filters: Filters,
    *,
    patterns: list[str],
    limit: int,
    line_id: UUID | None = None,
) -> Sequence[asyncpg.Record]:
    """Lines that were acted upon and are not on the list any more, in the divisions of the patterns.

    The question is about all that the caller may see: who moved within it has not gone.
    """
    lines = Lines(standing, question)
    conditions = [*_conditions(lines, filters), f"l.division LIKE ANY({lines.add(patterns)}::text[])"]
    if line_id is not None:
        conditions.append(f"l.line_id = {lines.add(line_id)}::uuid")
    return await connection.fetch(
        f"SELECT {_COLUMNS}, 'gone' AS state FROM ("
        "  SELECT s.line_id, s.subject_id, s.member_id, coalesce(m.household_id, s.household_id) AS household_id,"
        "    coalesce(m.division, h.division, s.division) AS division, s.detail, s.cause"
        "  FROM standing_line s LEFT JOIN roster_member m ON m.member_id = s.member_id"
        "  LEFT JOIN roster_household h ON h.household_id = s.household_id AND s.member_id IS NULL"
        "  WHERE s.list = $1::text AND s.year = $2::smallint"
        f") l JOIN standing_line s ON s.line_id = l.line_id {_ROSTER}"
        f" WHERE NOT EXISTS (SELECT FROM ({lines.sql}) now WHERE now.line_id = l.line_id)"
        f" AND {' AND '.join(conditions)} ORDER BY l.division, l.subject_id LIMIT {lines.add(limit)}",
        *lines.values,
    )


def _conditions(lines: Lines, filters: Filters) -> list[str]:
    conditions = ["true"]
    if filters.member_id is not None:
        conditions.append(f"l.member_id = {lines.add(filters.member_id)}::uuid")
    if filters.household_id is not None:
        conditions.append(f"l.household_id = {lines.add(filters.household_id)}::uuid")
    if filters.after is not None:
        division, subject = (f"{lines.add(part)}::text" for part in filters.after)
        conditions.append(f"(l.division, l.subject_id) > ({division}, {subject})")
    return conditions
