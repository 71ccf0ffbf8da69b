"""Counting the five batches within the caller's area, from the unified statuses."""

from collections.abc import Sequence

import asyncpg

from services.registry.status.listing import StatusQuery, conditions, next_cut
from shared.database import Database, Scope
from shared.facts.models import Batch

_HOUSEHOLDS = """
SELECT {area} AS division, count(*)::int AS households, coalesce(sum(s.member_count), 0)::int AS members
FROM household_status s WHERE {condition} GROUP BY GROUPING SETS ((1), ()) ORDER BY 1 NULLS FIRST
"""
_BATCHES = """
SELECT {area} AS division, b.code AS batch, count(*)::int AS households,
  sum((b.held ->> 'persons')::int)::int AS persons
FROM household_status s CROSS JOIN LATERAL jsonb_each(s.programmes) AS b(code, held)
WHERE {condition} GROUP BY GROUPING SETS ((1, 2), (2))
"""
_PROGRAMMES = """
SELECT {area} AS division, b.code AS batch, p.code AS programme, count(*)::int AS households,
  sum(p.persons::int)::int AS persons
FROM household_status s CROSS JOIN LATERAL jsonb_each(s.programmes) AS b(code, held)
CROSS JOIN LATERAL jsonb_each_text(b.held -> 'programmes') AS p(code, persons)
WHERE {condition} GROUP BY GROUPING SETS ((1, 2, 3), (2, 3)) ORDER BY 3
"""


async def count_batches(
    database: Database, scope: Scope, query: StatusQuery, *, by_division: bool
) -> dict[str, object]:
    """Households and persons in each batch and programme of the area; with `by_division` of each part of it, too.

    A person counts once in a batch, in however many of its programmes.
    """
    where, values = conditions(scope, query)
    names = {"area": f"rpad(left(s.division, {next_cut(query.prefix)}), 12, '0')", "condition": " AND ".join(where)}
    async with database.acquire(scope) as conn:
        households = await conn.fetch(_HOUSEHOLDS.format(**names), *values)
        batches = await conn.fetch(_BATCHES.format(**names), *values)
        programmes = await conn.fetch(_PROGRAMMES.format(**names), *values)
    whole = {"division": query.prefix.ljust(12, "0"), "complete": scope.covers(query.prefix)}
    answer = whole | _area(None, households, batches, programmes)
    if by_division:
        places = [row["division"] for row in households if row["division"] is not None]
        answer["areas"] = [{"division": place} | _area(place, households, batches, programmes) for place in places]
    return answer


def _area(
    place: str | None,
    households: Sequence[asyncpg.Record],
    batches: Sequence[asyncpg.Record],
    programmes: Sequence[asyncpg.Record],
) -> dict[str, object]:
    """All five batches, also those in which nobody is. No place: the whole."""
    total = next((row for row in households if row["division"] == place), None)
    held = {row["batch"]: row for row in batches if row["division"] == place}
    return {
        "households": total["households"] if total else 0,
        "members": total["members"] if total else 0,
        "batches": [
            {
                "batch": batch.value,
                "households": held[batch.value]["households"] if batch.value in held else 0,
                "persons": held[batch.value]["persons"] if batch.value in held else 0,
                "programmes": [
                    {
                        "programme": row["programme"],
                        "households": row["households"],
                        "persons": row["persons"],
                    }
                    for row in programmes
                    if row["division"] == place and row["batch"] == batch.value
                ],
            }
            for batch in Batch
        ],
    }
