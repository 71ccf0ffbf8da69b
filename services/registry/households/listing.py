"""Lists of households: filters, order and pages in one statement."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from shared.database import Connection, Scope
from shared.roster.models import HouseholdState
from shared.service.cursor import Cursor

LACKS_MEANS = ("lack_of_funds", "lack_of_skill")
ABLE_TO_WORK = ("ordinary", "skilled", "weak")

_SELECT = """
SELECT h.household_id, h.code, h.division, v.village_class, h.state, h.state_since, h.household_type,
  h.monitoring_category, h.causes, h.risks, h.profile, h.merged_into, h.version, h.revision, h.recorded_at,
  h.updated_at, people.member_count, people.head_name
FROM household h
LEFT JOIN village v ON v.code = h.division
LEFT JOIN LATERAL (
  SELECT count(*)::int AS member_count, min(m.name) FILTER (WHERE s.relation = 'head') AS head_name
  FROM membership s JOIN member m USING (member_id) WHERE s.household_id = h.household_id AND s.until IS NULL
) AS people ON true
"""
_INDUSTRY_TARGET = """
(h.management_ability AND h.causes && $%d::text[] AND EXISTS (
  SELECT FROM membership s JOIN member m USING (member_id)
  WHERE s.household_id = h.household_id AND s.until IS NULL AND m.labour_skill = ANY($%d::text[])))
"""


@dataclass(frozen=True, slots=True)
class HouseholdFilter:
    """What a list is limited to; None does not limit. `division` is a prefix of 12-digit codes.

    `industry_target` (D16): able to work and to manage, but without funds or skill.
    """

    division: str | None = None
    state: HouseholdState | None = None
    household_type: str | None = None
    cause: str | None = None
    monitoring_category: str | None = None
    village_class: str | None = None
    code: str | None = None
    changed_since: datetime | None = None
    industry_target: bool | None = None


async def list_households(
    conn: Connection, wanted: HouseholdFilter, *, scope: Scope, limit: int, cursor: Cursor | None
) -> tuple[list[asyncpg.Record], Cursor | None]:
    """A page in the order of registration (or of change, when `changed_since` is asked), and the next page's cursor."""
    values: list[object] = [(scope.narrowed(wanted.division) if wanted.division is not None else scope).patterns]
    conditions = ["h.division LIKE ANY($1::text[])"]

    def bind(value: object) -> int:
        values.append(value)
        return len(values)

    for column, value in (
        ("h.state", wanted.state),
        ("h.household_type", wanted.household_type),
        ("h.monitoring_category", wanted.monitoring_category),
        ("v.village_class", wanted.village_class),
        ("h.code", wanted.code),
    ):
        if value is not None:
            conditions.append(f"{column} = ${bind(value)}")
    if wanted.cause is not None:
        conditions.append(f"h.causes @> ${bind([wanted.cause])}::text[]")
    if wanted.industry_target is not None:
        clause = _INDUSTRY_TARGET % (bind(list(LACKS_MEANS)), bind(list(ABLE_TO_WORK)))
        conditions.append(clause if wanted.industry_target else f"NOT coalesce({clause}, false)")
    order = "h.recorded_at"
    if wanted.changed_since is not None:
        order = "h.updated_at"
        conditions.append(f"h.updated_at >= ${bind(wanted.changed_since)}")
    if cursor is not None:
        conditions.append(f"({order}, h.household_id) > (${bind(cursor.moment)}, ${bind(cursor.id)})")
    rows = await conn.fetch(
        f"{_SELECT} WHERE {' AND '.join(conditions)} ORDER BY {order}, h.household_id LIMIT {int(limit) + 1}", *values
    )
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], Cursor(moment=last[order.removeprefix("h.")], id=last["household_id"])
