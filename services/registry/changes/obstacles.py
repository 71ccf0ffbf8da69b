"""What stands in the way of taking a change back: whatever came later and rests on it, each named."""

from collections.abc import Iterator
from uuid import UUID

import asyncpg

from services.registry.changes.undo import Undo
from shared.database import Connection
from shared.service import FieldError

_MEMBERSHIPS = """
SELECT s.membership_id, s.member_id, s.relation, s.until, s.left_by, m.name,
  EXISTS (SELECT FROM membership n WHERE n.member_id = s.member_id AND n.membership_id <> ALL($2::uuid[])
          AND (n.until IS NULL OR n.until > greatest(n.since, s.until))) AS elsewhere
FROM membership s JOIN member m USING (member_id) WHERE s.membership_id = ANY($1::uuid[])
"""
_HOUSEHOLDS = """
SELECT h.household_id, h.code, h.state,
  EXISTS (SELECT FROM natural_change c WHERE c.household_id = h.household_id AND c.kind = 'transfer'
          AND c.revoked_at IS NULL AND c.change_id > $2) AS moved
FROM household h WHERE h.household_id = ANY($1::uuid[])
"""
_OF_FOUNDED = """
SELECT h.household_id, h.code,
  (SELECT count(*) FROM household_state s
   WHERE s.household_id = h.household_id AND s.recorded_at > h.recorded_at) AS states,
  (SELECT count(*) FROM membership s
   WHERE s.household_id = h.household_id AND s.membership_id <> ALL($2::uuid[])) AS others,
  (SELECT count(*) FROM income_year i WHERE i.household_id = h.household_id AND i.voided_at IS NULL) AS incomes
FROM household h WHERE h.household_id = ANY($1::uuid[])
"""
_AS_FOUNDED = (("states", "state_changed_since"), ("others", "joined_since"), ("incomes", "income_since"))


async def obstacles(conn: Connection, change_id: UUID, undo: Undo) -> list[FieldError]:
    """Nothing: the change may be taken back. The ids of changes grow with time."""
    named = [*undo.ended, *undo.joined, *(one.membership_id for one in undo.relations)]
    memberships = {row["membership_id"]: row for row in await conn.fetch(_MEMBERSHIPS, named, undo.joined)}
    households = [*undo.closed, *(place.household_id for place in undo.places)]
    homes = {row["household_id"]: row for row in await conn.fetch(_HOUSEHOLDS, households, change_id)}
    founded = await conn.fetch(_OF_FOUNDED, undo.founded, undo.joined)
    return [*_of_members(undo, memberships), *_of_households(undo, homes), *_of_founded(founded)]


def _of_members(undo: Undo, rows: dict[object, asyncpg.Record]) -> Iterator[FieldError]:
    for membership_id in undo.joined:
        if rows[membership_id]["until"] is not None:
            yield FieldError("/members", "left_since", {"member": rows[membership_id]["member_id"]})
    for membership_id in undo.ended:
        if rows[membership_id]["elsewhere"]:
            yield FieldError("/members", "lives_elsewhere_since", {"member": rows[membership_id]["member_id"]})
    for one in undo.relations:
        if rows[one.membership_id]["relation"] != one.after:
            yield FieldError("/relations", "relation_changed_since", {"member": rows[one.membership_id]["member_id"]})


def _of_households(undo: Undo, rows: dict[object, asyncpg.Record]) -> Iterator[FieldError]:
    for household_id in undo.closed:
        if rows[household_id]["state"] != "closed":
            yield FieldError("/state", "state_changed_since", {"household": rows[household_id]["code"]})
    for place in undo.places:
        if rows[place.household_id]["moved"]:
            yield FieldError("/division", "moved_since", {"household": rows[place.household_id]["code"]})


def _of_founded(rows: list[asyncpg.Record]) -> Iterator[FieldError]:
    """A household founded by the change must be as it was founded."""
    for row in rows:
        for name, code in _AS_FOUNDED:
            if row[name] > 0:
                yield FieldError("/household", code, {"household": row["code"]})
