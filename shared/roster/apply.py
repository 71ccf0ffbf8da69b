"""Take in roster snapshots: the newest version of each household wins, in a handful of statements for a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from shared.database import Connection
from shared.roster.lock import take_locks
from shared.roster.models import HouseholdState, RosterHousehold

_UPSERT_HOUSEHOLDS = """
INSERT INTO roster_household AS h
  (household_id, version, code, division, state, household_type, village_class, active, snapshot)
SELECT * FROM unnest(
  $1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bool[], $9::jsonb[])
ON CONFLICT (household_id) DO UPDATE SET
  version = excluded.version, code = excluded.code, division = excluded.division, state = excluded.state,
  household_type = excluded.household_type, village_class = excluded.village_class, active = excluded.active,
  snapshot = excluded.snapshot, received_at = now()
WHERE excluded.version > h.version
RETURNING household_id
"""

_PLACES_BEFORE = """
SELECT 'h' AS kind, household_id AS id, household_id, division FROM roster_household
WHERE household_id = ANY($1::uuid[])
UNION ALL
SELECT 'm', member_id, household_id, division FROM roster_member WHERE member_id = ANY($2::uuid[])
"""

_NAMES_BEFORE = """
SELECT h.household_id, h.code, m.member_id, m.name, m.id_hash
FROM roster_household h LEFT JOIN roster_member m ON m.household_id = h.household_id AND m.active
WHERE h.household_id = ANY($1::uuid[])
"""

_UPSERT_MEMBERS = """
INSERT INTO roster_member AS m
  (member_id, household_id, division, stamp, name, id_hash, sex, birth_date, relation, active)
SELECT *, true FROM unnest(
  $1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::date[], $9::text[])
ON CONFLICT (member_id) DO UPDATE SET
  household_id = excluded.household_id, division = excluded.division, stamp = excluded.stamp, name = excluded.name,
  id_hash = excluded.id_hash, sex = excluded.sex, birth_date = excluded.birth_date, relation = excluded.relation,
  active = true
WHERE excluded.stamp >= m.stamp
RETURNING member_id, household_id, division
"""

_LEAVE = """
UPDATE roster_member m SET active = false
FROM unnest($1::uuid[], $2::bigint[]) AS h(household_id, stamp)
WHERE m.household_id = h.household_id AND m.active AND m.stamp <= h.stamp
  AND NOT EXISTS (SELECT FROM unnest($3::uuid[], $4::uuid[]) AS listed(household_id, member_id)
                  WHERE listed.household_id = m.household_id AND listed.member_id = m.member_id)
"""

_MARK_LEFT = "UPDATE roster_household SET received_at = clock_timestamp() WHERE household_id = ANY($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Name:
    """How a household (`member` None) or one of its members was called: code, name, keyed index of the ID number."""

    code: str
    member: str | None = None
    id_hash: str | None = None


@dataclass(frozen=True, slots=True)
class AppliedRoster:
    """What a batch of snapshots changed here."""

    changed: tuple[RosterHousehold, ...]
    """Households whose snapshot was newer than the one held."""
    moved_members: dict[UUID, tuple[UUID, str]]
    """Members known before who now live elsewhere: their household and division."""
    moved_households: dict[UUID, str]
    """Households known before that now stand in another division."""
    left_households: frozenset[UUID]
    """Households that a moved member left: their facts change too."""
    names_given_up: tuple[Name, ...] = ()
    """What nobody of the changed households answers to any more: another may now be the only one who does."""


NOTHING_APPLIED = AppliedRoster(changed=(), moved_members={}, moved_households={}, left_households=frozenset())


async def apply_roster(connection: Connection, snapshots: Sequence[RosterHousehold]) -> AppliedRoster:
    """Upsert the snapshots that are newer than what is held; older and repeated ones change nothing.

    Must run in a transaction. The batch may name a household only once.
    """
    ordered = sorted(snapshots, key=lambda snapshot: snapshot.household_id)
    if not ordered:
        return NOTHING_APPLIED
    # The upsert takes the rows in id order, as everyone does, so that two batches never wait in a circle.
    places = await connection.fetch(
        _PLACES_BEFORE,
        [household.household_id for household in ordered],
        [member.member_id for household in ordered for member in household.members],
    )
    before_household = {row["id"]: row["division"] for row in places if row["kind"] == "h"}
    before_member = {row["id"]: (row["household_id"], row["division"]) for row in places if row["kind"] == "m"}
    names_before = await connection.fetch(_NAMES_BEFORE, [household.household_id for household in ordered])
    homes = {household_id for household_id, _ in before_member.values()}
    if homes - before_household.keys():
        # Homes that somebody may have left: a record that is being written there must be seen, to follow its person.
        await take_locks(connection, homes | before_household.keys())
    newer = {
        row["household_id"]
        for row in await connection.fetch(
            _UPSERT_HOUSEHOLDS,
            [household.household_id for household in ordered],
            [household.version for household in ordered],
            [household.code for household in ordered],
            [household.division for household in ordered],
            [household.state.value for household in ordered],
            [household.household_type for household in ordered],
            [household.village_class for household in ordered],
            [household.state is not HouseholdState.CLOSED for household in ordered],
            [household.model_dump_json() for household in ordered],
        )
    }
    changed = tuple(household for household in ordered if household.household_id in newer)
    if not changed:
        return NOTHING_APPLIED
    rows = [(household, member) for household in changed for member in household.members]
    # A person listed by two snapshots of one batch (the old home and the new) is taken where the stamp is greater.
    latest = {member.member_id: (household, member) for household, member in sorted(rows, key=lambda row: row[0].stamp)}
    people = [latest[member_id] for member_id in sorted(latest)]
    placed = await connection.fetch(
        _UPSERT_MEMBERS,
        [member.member_id for _, member in people],
        [household.household_id for household, _ in people],
        [household.division for household, _ in people],
        [household.stamp for household, _ in people],
        [member.name for _, member in people],
        [member.id_hash for _, member in people],
        [member.sex.value for _, member in people],
        [member.birth_date for _, member in people],
        [member.relation for _, member in people],
    )
    await connection.execute(
        _LEAVE,
        [household.household_id for household in changed],
        [household.stamp for household in changed],
        [household.household_id for household, _ in rows],
        [member.member_id for _, member in rows],
    )
    moved = {
        row["member_id"]: (row["household_id"], row["division"])
        for row in placed
        if before_member.get(row["member_id"], (row["household_id"], row["division"]))
        != (row["household_id"], row["division"])
    }
    left = {
        before_member[member_id][0] for member_id, (home, _) in moved.items() if before_member[member_id][0] != home
    }
    if unheard_of := left - newer:
        # Who looked a person up there must do so again, though the household's own snapshot is still the same.
        await connection.execute(_MARK_LEFT, sorted(unheard_of))
    return AppliedRoster(
        changed=changed,
        moved_members=moved,
        moved_households={
            household.household_id: household.division
            for household in changed
            if before_household.get(household.household_id, household.division) != household.division
        },
        left_households=frozenset(left),
        names_given_up=_given_up(names_before, changed),
    )


def _given_up(before: Sequence[asyncpg.Record], changed: Sequence[RosterHousehold]) -> tuple[Name, ...]:
    now: dict[UUID, set[Name]] = {
        one.household_id: {Name(one.code), *(Name(one.code, member.name, member.id_hash) for member in one.members)}
        if one.state is not HouseholdState.CLOSED
        else set()
        for one in changed
    }
    given_up: set[Name] = set()
    for row in before:
        names = {Name(row["code"])} | ({Name(row["code"], row["name"], row["id_hash"])} if row["member_id"] else set())
        given_up |= names - now.get(row["household_id"], names)
    return tuple(given_up)


def parse_snapshot(data: bytes | str) -> RosterHousehold:
    """A roster snapshot from an event's data. Raises pydantic.ValidationError when it is not one."""
    return RosterHousehold.model_validate_json(data)
