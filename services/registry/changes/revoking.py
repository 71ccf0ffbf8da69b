"""Taking back a change that was a mistake: what it did is restored, and the history keeps both."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.registry.author import Author
from services.registry.changes.obstacles import obstacles
from services.registry.changes.schemas import TouchedHousehold
from services.registry.changes.undo import Undo
from services.registry.history.recorder import Change, record
from services.registry.households import repository
from services.registry.households.repository import count_up
from services.registry.households.rules import Person, check_composition
from services.registry.problems import ChangeNotFound, ChangeNotRevocable
from services.registry.roster import RosterPublisher
from shared.database import Connection, Scope
from shared.pii import Vault
from shared.roster.models import HouseholdState, Sex
from shared.service import FieldError, OutOfArea

ACTION = "change_revoked"
REVOKED = "revoked"

_CHANGE = """
SELECT change_id, household_id, other_household_id, member_id, kind, occurred_on, undo::text AS undo, revoked_at
FROM natural_change WHERE change_id = $1 AND (household_id = $2 OR other_household_id = $2) FOR UPDATE
"""
_MARK = "UPDATE natural_change SET revoked_at = now(), revoked_by = $2, revoke_reason = $3 WHERE change_id = $1"
_TOUCHED = "SELECT DISTINCT household_id FROM membership WHERE membership_id = ANY($1::uuid[])"
# A membership that was a mistake lasted no day; the one that it ended goes on.
_TAKE_OUT = "UPDATE membership SET until = since, left_by = $2 WHERE membership_id = ANY($1::uuid[])"
_REOPEN = "UPDATE membership SET until = NULL, left_by = NULL WHERE membership_id = ANY($1::uuid[])"
_RELATE = """
UPDATE membership s SET relation = given.relation FROM unnest($1::uuid[], $2::text[]) AS given(membership_id, relation)
WHERE s.membership_id = given.membership_id
"""
_REVIVE = (
    "UPDATE member SET died_on = NULL, revision = revision + 1, updated_at = now() WHERE member_id = ANY($1::uuid[])"
)
_CLOSE = "UPDATE household SET state = 'closed' WHERE household_id = ANY($1::uuid[])"
# What it took over from the household that it was split from lasted no day either.
_CLOSE_STATES = """
UPDATE household_state SET until = CASE WHEN until IS NOT NULL THEN since END,
  state = CASE WHEN until IS NULL THEN 'closed' ELSE state END, reason = CASE WHEN until IS NULL THEN $2 ELSE reason END
WHERE household_id = ANY($1::uuid[])
"""
_CODES = "SELECT household_id, code FROM household WHERE household_id = ANY($1::uuid[]) ORDER BY code"
_UNMERGE = "UPDATE household SET merged_into = NULL WHERE household_id = ANY($1::uuid[])"
_MOVE_BACK = """
UPDATE household SET division = $2, profile = profile - ARRAY['natural_village', 'village_group'] || $3::jsonb
WHERE household_id = $1
"""
_END_CLOSED = "UPDATE household_state SET until = since WHERE household_id = ANY($1::uuid[]) AND until IS NULL"
_REOPEN_STATE = """
UPDATE household_state s SET until = NULL FROM (
  SELECT DISTINCT ON (household_id) household_state_id FROM household_state
  WHERE household_id = ANY($1::uuid[]) AND state <> 'closed' ORDER BY household_id, since DESC, recorded_at DESC
) before WHERE s.household_state_id = before.household_state_id
RETURNING s.household_id, s.state, s.since
"""
_STATE = "UPDATE household SET state = $2, state_since = $3 WHERE household_id = $1"


@dataclass(frozen=True, slots=True)
class Revoked:
    change_id: UUID
    kind: str
    reason: str
    households: list[TouchedHousehold]


class ChangeRevoker:
    def __init__(self, *, vault: Vault, publisher: RosterPublisher) -> None:
        self._vault = vault
        self._publisher = publisher

    async def revoke(
        self, conn: Connection, household_id: UUID, change_id: UUID, *, reason: str, scope: Scope, author: Author
    ) -> Revoked:
        """Restore what the change did, where nothing later rests on it.

        Raises HouseholdNotFound, ChangeNotFound, OutOfArea, ChangeNotRevocable naming each thing in the way.
        """
        await repository.load_one(conn, household_id, scope=scope)
        row = await conn.fetchrow(_CHANGE, change_id, household_id)
        if row is None:
            raise ChangeNotFound
        if row["revoked_at"] is not None:
            raise ChangeNotRevocable(errors=[FieldError("", "revoked_already")])
        if row["undo"] is None:
            raise ChangeNotRevocable(errors=[FieldError("", "nothing_kept")])
        undo = Undo.model_validate_json(row["undo"])
        touched = await _lock(conn, row, undo, scope=scope)
        if faults := await obstacles(conn, change_id, undo):
            raise ChangeNotRevocable(errors=faults)
        await _restore(conn, undo)
        await _check(conn, touched - set(undo.founded), scope=scope)
        await conn.execute(_MARK, change_id, author.principal, reason)
        await count_up(conn, sorted(touched))
        await record(conn, _history(row, touched, reason), author=author, vault=self._vault)
        versions = await self._publisher.touch(conn, touched)
        households = [
            TouchedHousehold(household_id=one["household_id"], code=one["code"], version=versions[one["household_id"]])
            for one in await conn.fetch(_CODES, list(touched))
        ]
        return Revoked(change_id=change_id, kind=row["kind"], reason=reason, households=households)


async def _lock(conn: Connection, row: asyncpg.Record, undo: Undo, *, scope: Scope) -> set[UUID]:
    """All households that the change touched, locked; what lies outside the caller's area may not be taken back."""
    named = await conn.fetch(_TOUCHED, [*undo.ended, *undo.joined, *(one.membership_id for one in undo.relations)])
    touched = {one["household_id"] for one in named}
    touched |= {row["household_id"], *undo.founded, *undo.closed, *undo.merged}
    touched |= {row["other_household_id"]} - {None}
    found = await repository.load(conn, touched, scope=scope, lock=True)
    if touched - found.keys():
        raise OutOfArea
    for place in undo.places:
        if not scope.covers(place.before):
            raise OutOfArea(params={"division": place.before})
    return touched


async def _restore(conn: Connection, undo: Undo) -> None:
    """Memberships end before others begin again: a person lives in one household at a time."""
    await conn.execute(_TAKE_OUT, undo.joined, REVOKED)
    await conn.execute(_REOPEN, undo.ended)
    await conn.execute(_RELATE, [one.membership_id for one in undo.relations], [one.before for one in undo.relations])
    await conn.execute(_REVIVE, undo.died)
    await conn.execute(_UNMERGE, undo.merged)
    for place in undo.places:
        await conn.execute(_MOVE_BACK, place.household_id, place.before, place.address_json)
    # A household that should not have been founded stays, without members and closed.
    await conn.execute(_CLOSE, undo.founded)
    await conn.execute(_CLOSE_STATES, undo.founded, REVOKED)
    if undo.closed:
        await conn.execute(_END_CLOSED, undo.closed)
        for state in await conn.fetch(_REOPEN_STATE, undo.closed):
            await conn.execute(_STATE, state["household_id"], state["state"], state["since"])


async def _check(conn: Connection, households: Collection[UUID], *, scope: Scope) -> None:
    """What is restored must be valid households again; nobody is put back into one that has been closed since."""
    for aggregate in (await repository.load(conn, households, scope=scope)).values():
        people = [Person("/relations", one["relation"], Sex(one["sex"]), one["id_hash"]) for one in aggregate.members]
        if aggregate.household["state"] != HouseholdState.CLOSED:
            errors = check_composition(people, pointer="/relations")
        else:
            params: dict[str, object] = {"household": aggregate.household["code"]}
            errors = [FieldError("/state", "state_changed_since", params)] if people else []
        if errors:
            raise ChangeNotRevocable(errors=errors)


def _history(row: asyncpg.Record, touched: Collection[UUID], reason: str) -> Sequence[Change]:
    what = {"change_id": row["change_id"], "kind": row["kind"], "occurred_on": row["occurred_on"]}
    return [
        Change(household_id, ACTION, before=what, after={"reason": reason}, member_id=row["member_id"])
        for household_id in sorted(touched)
    ]
