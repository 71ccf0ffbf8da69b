"""Lines as they are now: the population, read live, joined with what officials did about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from shared.database import Connection
from shared.indicators.places import places, used_in
from shared.indicators.question import Question, bind
from shared.standing_lists.declaration import LineState, StandingList

# A full join cannot be done row by row: however wrongly the number of lines is estimated, each side is read once.
_JOINED = """
WITH joined AS MATERIALIZED (
  SELECT coalesce(n.line_id, s.line_id) AS line_id, coalesce(n.subject_id, s.subject_id) AS subject_id,
    CASE WHEN n.line_id IS NULL THEN s.member_id ELSE n.member_id END AS member_id,
    CASE WHEN n.line_id IS NULL THEN s.household_id ELSE n.household_id END AS household_id,
    coalesce(n.division, s.division) AS division, coalesce(n.detail, s.detail) AS detail,
    coalesce(n.cause, s.cause) AS cause,
    CASE WHEN n.line_id IS NULL THEN 'gone' WHEN s.cause = n.cause AND s.state <> 'gone' THEN s.state ELSE 'open' END
      AS state,
    s.state AS held_state, s.outcome, s.remark, coalesce(s.revision, 0) AS revision, s.at, s.principal, s.source_system
  FROM ({now}) n FULL JOIN (
    SELECT * FROM standing_line WHERE list = $1::text AND year = $2::smallint
  ) s ON s.line_id = n.line_id
)
"""
_SHOWN = """
SELECT l.line_id, l.subject_id, l.member_id, m.name, l.household_id, h.code AS household_code,
  CASE WHEN l.state = 'gone' THEN coalesce(m.division, h.division, l.division) ELSE l.division END AS division,
  l.detail::text AS detail, l.cause, l.state, l.held_state, l.outcome, l.remark, l.revision, l.at, l.principal,
  l.source_system
FROM ({lines}) l
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
    """The lines of a list for one question: `joined` is the head of a statement that reads them from there, with those
    that have gone; `values` go with it and may be added to.

    `complete` is False where the policy is not known in a part of the area; `parameters` are those that the lines are
    judged by. Raises UnknownParameter when the policy is known in no part.
    """

    def __init__(self, standing: StandingList, question: Question) -> None:
        year = question.year if standing.by_year else 0
        self.values: list[object] = [standing.code, year]
        now, self.complete = self._population(standing, question, year)
        self.joined = _JOINED.format(now=now)

    def _population(self, standing: StandingList, question: Question, year: int) -> tuple[str, bool]:
        parts: list[str] = []
        found, complete = places(question, set(standing.parameters.values()))
        self.parameters = used_in(found)
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


async def count_by_state(connection: Connection, lines: Lines, *, digits: int) -> Sequence[asyncpg.Record]:
    """Rows of (place, state, count), by the divisions with so many digits."""
    return await connection.fetch(
        f"{lines.joined} SELECT left(division, {digits:d}) AS place, state, count(*) AS count FROM joined"
        " WHERE state <> 'gone' GROUP BY 1, 2 ORDER BY 1, 2",
        *lines.values,
    )


async def page_of_lines(
    connection: Connection, standing: StandingList, question: Question, filters: Filters, *, limit: int
) -> Sequence[asyncpg.Record]:
    """The lines on the list, by division and subject."""
    lines = Lines(standing, question)
    state = "state <> 'gone'" if filters.state is None else f"state = {lines.add(filters.state.value)}::text"
    page = (
        f"SELECT * FROM joined WHERE {state}{_conditions(lines, filters)}"
        f" ORDER BY division, subject_id LIMIT {lines.add(limit)}"
    )
    shown = _SHOWN.format(lines=page)
    return await connection.fetch(f"{lines.joined} {shown} ORDER BY l.division, l.subject_id", *lines.values)


async def page_of_gone(
    connection: Connection, standing: StandingList, question: Question, filters: Filters, *, limit: int
) -> Sequence[asyncpg.Record]:
    """Lines that were acted upon and are not on the list any more, where their people live now.

    Who moved within what the caller may see has not gone: the population is read for all of it.
    """
    lines = Lines(standing, question.everywhere())
    shown = _SHOWN.format(lines="SELECT * FROM joined WHERE state = 'gone'")
    place = f"division LIKE ANY({lines.add(question.patterns)}::text[])"
    return await connection.fetch(
        f"{lines.joined} SELECT * FROM ({shown}) g WHERE {place}{_conditions(lines, filters)}"
        f" ORDER BY division, subject_id LIMIT {lines.add(limit)}",
        *lines.values,
    )


async def lines_by_id(
    connection: Connection, standing: StandingList, question: Question, ids: Collection[UUID]
) -> dict[UUID, asyncpg.Record]:
    """Those of the lines that are on the list now in what was asked for, or have gone."""
    lines = Lines(standing, question)
    shown = _SHOWN.format(lines=f"SELECT * FROM joined WHERE line_id = ANY({lines.add(list(ids))}::uuid[])")
    return {row["line_id"]: row for row in await connection.fetch(f"{lines.joined} {shown}", *lines.values)}


def _conditions(lines: Lines, filters: Filters) -> str:
    conditions = ""
    if filters.member_id is not None:
        conditions += f" AND member_id = {lines.add(filters.member_id)}::uuid"
    if filters.household_id is not None:
        conditions += f" AND household_id = {lines.add(filters.household_id)}::uuid"
    if filters.after is not None:
        division, subject = (lines.add(part) for part in filters.after)
        conditions += f" AND (division, subject_id) > ({division}::text, {subject}::text)"
    return conditions
