"""Count indicators in the database: one set-based statement each, limited to what the caller may see."""

from collections.abc import Sequence
from decimal import Decimal

import asyncpg
import orjson

from shared.database import Connection
from shared.indicators.declaration import SUMMED, Rate, Share
from shared.indicators.judgement import Counted
from shared.indicators.places import places
from shared.indicators.question import Question, bind

_DIGITS_ABOVE = {2: 0, 4: 2, 6: 4, 9: 6, 12: 9}


async def count(connection: Connection, indicator: Share | Rate, question: Question) -> Counted:
    """Over the whole division."""
    population, values = _bound(indicator, question)
    row = await connection.fetchrow(
        f"SELECT {_sums(indicator)} FROM ({population}) p WHERE p.division LIKE ANY($1::text[])", *values
    )
    assert row is not None  # noqa: S101 - an aggregate has one row
    return _counted(row)


async def count_by_division(
    connection: Connection, indicator: Share | Rate, question: Question, *, digits: int
) -> dict[str, Counted]:
    """For each division of the level with so many digits that has anything to count."""
    population, values = _bound(indicator, question)
    rows = await connection.fetch(
        f"SELECT left(p.division, {digits:d}) AS place, {_sums(indicator)} FROM ({population}) p"
        " WHERE p.division LIKE ANY($1::text[]) GROUP BY 1 ORDER BY 1",
        *values,
    )
    return {row["place"]: _counted(row) for row in rows}


async def missing(
    connection: Connection, indicator: Share, question: Question, *, after: Sequence[str] | None, limit: int
) -> Sequence[asyncpg.Record]:
    """Those not covered, by division and subject, from the row `after` on; at most `limit`."""
    population, values = _bound(indicator, question)
    condition = ""
    if after is not None:
        values += after
        condition = f" AND (p.division, p.subject_id) > (${len(values) - 1}::text, ${len(values)}::text)"
    values.append(limit)
    return await connection.fetch(
        "SELECT p.subject_id, p.member_id, m.name, p.household_id, h.code AS household_code, p.division,"
        f" p.detail::text AS detail FROM ({population}) p"
        " LEFT JOIN roster_member m ON m.member_id = p.member_id"
        " LEFT JOIN roster_household h ON h.household_id = p.household_id"
        f" WHERE p.covered IS NOT TRUE AND p.division LIKE ANY($1::text[]){condition}"
        f" ORDER BY p.division, p.subject_id LIMIT ${len(values)}",
        *values,
    )


async def people_by_division(
    connection: Connection, rate: Rate, question: Question, *, digits: int
) -> dict[str, tuple[int, int]]:
    """How many people live in each division of the level with so many digits, and of which year that number is."""
    policy = question.policy_at(question.area)
    values: list[object] = [question.patterns, question.year]
    people = bind(rate.people, rate.parameters, question, policy, values)
    level = f"p.division = rpad(left(p.division, {digits:d}), 12, '0')"
    if digits:
        level += f" AND p.division <> rpad(left(p.division, {_DIGITS_ABOVE[digits]:d}), 12, '0')"
    rows = await connection.fetch(
        f"SELECT DISTINCT ON (p.division) left(p.division, {digits:d}) AS place, p.persons, p.year FROM ({people}) p"
        f" WHERE p.division LIKE ANY($1::text[]) AND p.year <= $2::int AND {level} ORDER BY p.division, p.year DESC",
        *values,
    )
    return {row["place"]: (row["persons"], row["year"]) for row in rows}


def detail_of(row: asyncpg.Record) -> dict[str, str | int | float | bool | None]:
    parsed: dict[str, str | int | float | bool | None] = orjson.loads(row["detail"]) if row["detail"] else {}
    return parsed


def _bound(indicator: Share | Rate, question: Question) -> tuple[str, list[object]]:
    """The population with its placeholders numbered, and the values; `$1` is what may be seen.

    Where places inside have values of their own, the population is read once for each set of values, as lists do it.
    Raises UnknownParameter when the policy does not know a parameter at the division asked for.
    """
    policy, keys = question.policy_at(question.area), set(indicator.parameters.values())
    for key in keys:
        policy.setting(key)
    values: list[object] = [question.patterns]
    found, _ = places(question, keys)
    if len(found) == 1:
        return bind(indicator.population, indicator.parameters, question, found[0].policy, values), values
    parts = []
    for place in found:
        population = bind(indicator.population, indicator.parameters, question, place.policy, values)
        values += [place.patterns, place.without]
        own = f"own.division LIKE ANY(${len(values) - 1}::text[]) AND own.division NOT LIKE ALL(${len(values)}::text[])"
        parts.append(f"SELECT own.* FROM ({population}) own WHERE {own}")
    return " UNION ALL ".join(parts), values


def _sums(indicator: Share | Rate) -> str:
    if isinstance(indicator, Rate):
        return "count(*) AS reached, 0 AS due"
    if indicator.unit in SUMMED:
        return "coalesce(sum(p.reached), 0) AS reached, coalesce(sum(p.due), 0) AS due"
    return "count(*) FILTER (WHERE p.covered) AS reached, count(*) AS due"


def _counted(row: asyncpg.Record) -> Counted:
    return Counted(reached=Decimal(row["reached"]), due=Decimal(row["due"]))
