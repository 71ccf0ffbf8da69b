"""Reading households and their members: the only place with SELECTs on them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from services.registry.problems import HouseholdNotFound
from shared.database import Connection, Scope
from shared.service.problems import OutOfArea

_HOUSEHOLDS = """
SELECT h.*, v.village_class FROM household h LEFT JOIN village v ON v.code = h.division
WHERE h.division LIKE ANY($2::text[]) AND {condition} ORDER BY h.household_id
"""
_MEMBERS = """
SELECT m.*, s.household_id, s.relation, s.since, s.until, s.joined_by, s.membership_id
FROM membership s JOIN member m USING (member_id)
WHERE s.household_id = ANY($1::uuid[]) AND {condition}
ORDER BY s.household_id, (s.relation = 'head') DESC, s.since, m.member_id
"""
_PRESENT = _MEMBERS.format(condition="s.until IS NULL")
_ON_DAY = _MEMBERS.format(condition="s.since <= $2 AND (s.until IS NULL OR s.until > $2)")
_LOCK_ROSTER = "SELECT FROM roster_household h WHERE {condition} ORDER BY h.household_id FOR UPDATE"
_COUNT_UP = "UPDATE household SET revision = revision + 1, updated_at = now() WHERE household_id = ANY($1::uuid[])"
_PERSONS = """
SELECT m.member_id, m.id_hash, m.died_on, s.household_id, h.code AS household_code,
  (SELECT max(e.until) FROM membership e WHERE e.member_id = m.member_id AND e.until > e.since) AS left_on
FROM member m
LEFT JOIN membership s ON s.member_id = m.member_id AND s.until IS NULL
LEFT JOIN household h ON h.household_id = s.household_id
WHERE {condition}
"""


@dataclass(slots=True)
class Aggregate:
    """A household with its present members (who carry `relation`, `since` and `membership_id`), the head first."""

    household: asyncpg.Record
    members: list[asyncpg.Record]

    @property
    def household_id(self) -> UUID:
        found: UUID = self.household["household_id"]
        return found


async def load(conn: Connection, ids: Collection[UUID], *, scope: Scope, lock: bool = False) -> dict[UUID, Aggregate]:
    """The households of these ids within the scope, with members; locked in id order when `lock` is set."""
    return await _load(conn, "h.household_id = ANY($1::uuid[])", sorted(ids), scope=scope, lock=lock)


async def load_by_code(
    conn: Connection, codes: Collection[str], *, scope: Scope, lock: bool = False
) -> dict[UUID, Aggregate]:
    return await _load(conn, "h.code = ANY($1::text[])", sorted(codes), scope=scope, lock=lock)


async def _load(
    conn: Connection, condition: str, values: Sequence[object], *, scope: Scope, lock: bool
) -> dict[UUID, Aggregate]:
    if lock:
        # Record writers lock the roster row first and the household when they publish; everyone keeps that order.
        await conn.execute(_LOCK_ROSTER.format(condition=condition), values)
    sql = _HOUSEHOLDS.format(condition=condition) + (" FOR UPDATE OF h" if lock else "")
    rows = await conn.fetch(sql, values, scope.patterns)
    found = {row["household_id"]: Aggregate(household=row, members=[]) for row in rows}
    if found:
        for row in await conn.fetch(_PRESENT, list(found)):
            found[row["household_id"]].members.append(row)
    return found


async def load_one(conn: Connection, household_id: UUID, *, scope: Scope, lock: bool = False) -> Aggregate:
    """Raises HouseholdNotFound, also for a household outside the scope: that it exists is not told."""
    found = await load(conn, [household_id], scope=scope, lock=lock)
    if household_id not in found:
        raise HouseholdNotFound
    return found[household_id]


async def members_on(conn: Connection, household_id: UUID, on: date) -> list[asyncpg.Record]:
    """Who lived in the household on that day, as registered now; the caller has seen that the household is his."""
    return list(await conn.fetch(_ON_DAY, [household_id], on))


async def count_up(conn: Connection, ids: Sequence[UUID]) -> None:
    """Give the households a new revision (their ETag): something of them or of their members was changed."""
    if ids:
        await conn.execute(_COUNT_UP, ids)


async def visible_codes(conn: Connection, codes: Collection[str], *, scope: Scope) -> frozenset[str]:
    """Those of the codes that belong to a household within the scope."""
    rows = await conn.fetch(
        "SELECT code FROM household WHERE code = ANY($1::text[]) AND division LIKE ANY($2::text[])",
        list(codes),
        scope.patterns,
    )
    return frozenset(row["code"] for row in rows)


async def home_of(conn: Connection, member_id: UUID) -> UUID | None:
    """The household in which the member lives now."""
    home: UUID | None = await conn.fetchval(
        "SELECT household_id FROM membership WHERE member_id = $1 AND until IS NULL", member_id
    )
    return home


async def persons_by_hash(conn: Connection, hashes: Collection[str]) -> dict[str, asyncpg.Record]:
    """Who bears these ID numbers: `member_id`, `died_on`, `household_id`, `household_code` (null outside the scope).

    `left_on` is the day on which the person left the household before.
    """
    if not hashes:
        return {}
    rows = await conn.fetch(_PERSONS.format(condition="m.id_hash = ANY($1::text[])"), list(hashes))
    return {row["id_hash"]: row for row in rows}


async def known_villages(conn: Connection, codes: Collection[str]) -> frozenset[str]:
    """Those of the codes that are villages of the code book."""
    rows = await conn.fetch("SELECT code FROM division WHERE level = 'village' AND code = ANY($1::text[])", list(codes))
    return frozenset(row["code"] for row in rows)


async def require_village(conn: Connection, code: str, *, scope: Scope) -> bool:
    """Whether the code is a known village; raises OutOfArea for one outside the scope."""
    if not scope.covers(code):
        raise OutOfArea(params={"division": code})
    return code in await known_villages(conn, [code])
