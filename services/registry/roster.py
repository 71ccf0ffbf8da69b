"""Publishing the roster: what every service knows of a household, versioned, sent only when its content changed."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

import asyncpg

from services.registry.categories.said import said_categories
from services.registry.income.record import INCOME_YEARS, IncomeYear, per_capita
from services.registry.records import RECORD_TYPES
from shared.clock import Clock
from shared.database import Connection
from shared.records.matching import Matcher, follow_members
from shared.records.rows import WrittenRow
from shared.roster.apply import apply_roster
from shared.roster.models import HouseholdState, RosterCategory, RosterHousehold, RosterIncome, RosterMember, Sex
from shared.service import current_request
from shared.snapshots import OutboxMessage, enqueue, outbox_message
from shared.snapshots.events import ROSTER

SOURCE = "registry"
SUBJECT = "snapshots.registry"

_WHOLE = "SELECT set_config('yihu.scope', '{%}', true)"
_LOCK_ROSTER = "SELECT FROM roster_household WHERE household_id = ANY($1::uuid[]) ORDER BY household_id FOR UPDATE"
_VERSIONS = "SELECT household_id, version FROM household WHERE household_id = ANY($1::uuid[])"
_LOCKED = """
SELECT h.household_id, h.version, h.content_hash, h.code, h.division, v.village_class, h.state, h.state_since,
  h.household_type, h.monitoring_category, h.causes, h.risks, h.profile->>'risk_removed' AS risk_removed,
  h.profile->>'no_labour_guarantee' AS no_labour_guarantee, h.merged_into
FROM household h LEFT JOIN village v ON v.code = h.division
WHERE h.household_id = ANY($1::uuid[]) ORDER BY h.household_id FOR UPDATE OF h
"""
_MEMBERS = """
SELECT s.household_id, s.relation, s.since, m.member_id, m.name, m.id_hash, m.sex, m.birth_date, m.ethnicity,
  m.education, m.student_status, m.labour_skill, m.health_status, m.disability_type, m.disability_grade,
  m.work_months, m.work_place
FROM membership s JOIN member m USING (member_id)
WHERE s.household_id = ANY($1::uuid[]) AND s.until IS NULL
ORDER BY s.household_id, (s.relation = 'head') DESC, m.member_id
"""
# "net" sorts after "disposable". Which of the two is held against a line, the line's own concept says (M42).
_NEWEST_INCOMES = f"""
SELECT t.household_id, t.id, {INCOME_YEARS.content_sql} AS content FROM (
  SELECT *, rank() OVER (PARTITION BY household_id ORDER BY year DESC) AS age FROM income_year
  WHERE household_id = ANY($1::uuid[]) AND voided_at IS NULL
) t WHERE t.age = 1 ORDER BY t.household_id, t.concept DESC
"""
_STAMPS = "SELECT nextval('roster_stamp') AS stamp FROM generate_series(1, $1)"
_BUMP = """
UPDATE household h SET version = given.version, content_hash = given.content_hash, updated_at = now()
FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) AS given(household_id, version, content_hash)
WHERE h.household_id = given.household_id
"""


class Recompute(Protocol):
    """What the unified status is told: these households' roster has changed, in this transaction."""

    async def recompute(self, conn: Connection, written: Sequence[RosterHousehold]) -> object: ...


class RosterPublisher:
    """Brings the roster of touched households up to date in the caller's transaction."""

    def __init__(self, *, clock: Clock, status: Recompute | None = None, matcher: Matcher | None = None) -> None:
        """`status` follows the roster in the same transaction; `matcher` places records that waited for a household."""
        self._clock = clock
        self._status = status
        self._matcher = matcher

    async def touch(
        self,
        connection: Connection,
        household_ids: Collection[UUID],
        *,
        written: Sequence[WrittenRow] | None = None,
    ) -> dict[UUID, int]:
        """Publish what changed of these households; their versions afterwards, by id.

        Households are locked in id order; a version grows only when the content changed. Nudge the relay after commit.
        """
        if not household_ids:
            return {}
        # What follows from a write is the system's own work: it reaches rows that the caller may not see (a record that
        # another has posted and that waits for this household). The setting ends with the transaction.
        await connection.execute(_WHOLE)
        versions, changed = await self._publish(connection, sorted(set(household_ids)))
        if changed and self._matcher is not None:
            gained = await self._matcher.match(connection, changed)
            if gained:
                versions |= (await self._publish(connection, sorted(gained)))[0]
        return versions

    async def _publish(
        self, connection: Connection, ids: Sequence[UUID]
    ) -> tuple[dict[UUID, int], Sequence[RosterHousehold]]:
        await connection.execute(_LOCK_ROSTER, ids)
        rows = await connection.fetch(_LOCKED, ids)
        snapshots = await self._compose(connection, rows)
        versions: dict[UUID, int] = {row["household_id"]: row["version"] for row in rows}
        changed: list[tuple[RosterHousehold, bytes]] = []
        for row, snapshot in zip(rows, snapshots, strict=True):
            digest = content_hash(snapshot)
            if digest != row["content_hash"]:
                changed.append((snapshot, digest))
        if not changed:
            return versions, ()
        now = self._clock.now()
        stamps = [row["stamp"] for row in await connection.fetch(_STAMPS, len(changed))]
        published = [
            snapshot.model_copy(update={"version": snapshot.version + 1, "stamp": stamp, "as_of": now})
            for (snapshot, _), stamp in zip(changed, stamps, strict=True)
        ]
        await connection.execute(
            _BUMP,
            [snapshot.household_id for snapshot in published],
            [snapshot.version for snapshot in published],
            [digest for _, digest in changed],
        )
        applied = await apply_roster(connection, published)
        await follow_members(
            connection, RECORD_TYPES, members=applied.moved_members, households=applied.moved_households
        )
        await enqueue(connection, self.messages(published))
        if self._status is not None:
            await self._status.recompute(connection, published)
        return versions | {snapshot.household_id: snapshot.version for snapshot in published}, published

    async def versions(self, connection: Connection, household_ids: Collection[UUID]) -> dict[UUID, int]:
        """The households' present versions."""
        rows = await connection.fetch(_VERSIONS, list(household_ids))
        return {row["household_id"]: row["version"] for row in rows}

    def messages(self, snapshots: Sequence[RosterHousehold]) -> list[OutboxMessage]:
        """The events that carry these snapshots."""
        now, traceparent = self._clock.now(), current_request().traceparent
        return [
            outbox_message(
                subject=SUBJECT,
                source=SOURCE,
                type=ROSTER,
                key=str(snapshot.household_id),
                version=snapshot.version,
                data=snapshot.model_dump_json().encode(),
                time=now,
                traceparent=traceparent,
            )
            for snapshot in snapshots
        ]

    async def _compose(self, conn: Connection, rows: Sequence[asyncpg.Record]) -> list[RosterHousehold]:
        ids = [row["household_id"] for row in rows]
        members: dict[UUID, list[RosterMember]] = {household_id: [] for household_id in ids}
        for row in await conn.fetch(_MEMBERS, ids):
            members[row["household_id"]].append(_member(row))
        incomes: dict[UUID, list[tuple[UUID, IncomeYear]]] = {}
        for row in await conn.fetch(_NEWEST_INCOMES, ids):
            found = (row["id"], IncomeYear.model_validate_json(row["content"]))
            incomes.setdefault(row["household_id"], []).append(found)
        categories = await said_categories(conn, ids)
        return [
            _household(
                row,
                members[row["household_id"]],
                incomes=incomes.get(row["household_id"], ()),
                categories=categories.get(row["household_id"], ()),
            )
            for row in rows
        ]


def content_hash(snapshot: RosterHousehold) -> bytes:
    """A digest of all but version, stamp and moment."""
    content = snapshot.model_dump_json(exclude={"version", "stamp", "as_of"})
    return hashlib.blake2b(content.encode(), digest_size=16).digest()


def _income(record_id: UUID, record: IncomeYear, members: int) -> RosterIncome | None:
    """The income under the record's own concept, by the persons it names or else the members registered now."""
    persons = record.persons or members
    if persons == 0:
        return None
    return RosterIncome(
        year=record.year,
        concept=record.concept,
        per_capita=per_capita(record.income, persons),
        dibao=record.transfer_dibao,
        record_id=record_id,
    )


def _household(
    row: asyncpg.Record,
    members: list[RosterMember],
    *,
    incomes: Sequence[tuple[UUID, IncomeYear]],
    categories: tuple[RosterCategory, ...],
) -> RosterHousehold:
    known = [one for record_id, record in incomes if (one := _income(record_id, record, len(members))) is not None]
    return RosterHousehold(
        household_id=row["household_id"],
        version=row["version"],
        code=row["code"],
        division=row["division"],
        village_class=row["village_class"],
        state=HouseholdState(row["state"]),
        state_since=row["state_since"],
        household_type=row["household_type"],
        monitoring_category=row["monitoring_category"],
        categories=categories,
        causes=tuple(row["causes"]),
        risks=() if row["risk_removed"] == "true" else tuple(row["risks"]),
        no_labour_guarantee=row["no_labour_guarantee"] == "true",
        members=tuple(members),
        income=known[0] if known else None,
        income_otherwise=known[1] if len(known) > 1 else None,
        merged_into=row["merged_into"],
    )


def _member(row: asyncpg.Record) -> RosterMember:
    return RosterMember(
        member_id=row["member_id"],
        name=row["name"],
        id_hash=row["id_hash"],
        sex=Sex(row["sex"]),
        birth_date=row["birth_date"],
        relation=row["relation"],
        since=row["since"],
        ethnicity=row["ethnicity"],
        education=row["education"],
        student_status=row["student_status"],
        labour_skill=row["labour_skill"],
        health_status=tuple(row["health_status"]),
        disability_type=row["disability_type"],
        disability_grade=row["disability_grade"],
        work_months=row["work_months"],
        work_place=row["work_place"],
    )
