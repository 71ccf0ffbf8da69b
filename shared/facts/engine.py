"""Compute a department's facts of the touched households, in the transaction that touched them."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

import asyncpg
from pydantic import BaseModel

from shared.clock import Clock
from shared.database import Connection
from shared.facts.models import Facts
from shared.policy import Policy, PolicyStore
from shared.records.declaration import RecordType
from shared.records.rows import Records, RecordsCache, Row, WrittenRow, in_order
from shared.roster.cache import SnapshotCache
from shared.roster.lock import take_locks
from shared.roster.models import RosterHousehold
from shared.service import current_request
from shared.snapshots import FACTS, OutboxMessage, outbox_insert, outbox_message, snapshots_subject

_HELD = """
SELECT h.household_id, h.version AS roster_version, f.version, f.as_of, f.content_hash, f.stamp
FROM roster_household h LEFT JOIN household_facts f USING (household_id)
WHERE h.household_id = ANY($1::uuid[]) ORDER BY h.household_id
"""
_SNAPSHOTS = "SELECT household_id, version, snapshot FROM roster_household WHERE household_id = ANY($1::uuid[])"
_VERSIONS = "SELECT household_id, version FROM household_facts WHERE household_id = ANY($1::uuid[])"
_UPSERT = """
WITH sent AS ({outbox})
INSERT INTO household_facts AS f
  (household_id, division, version, as_of, valid_until, policy_version, content, content_hash, computed_at, stamp)
SELECT *, $9::timestamptz, $10::uuid FROM unnest(
  $1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[], $5::date[], $6::bigint[],
  $7::text[], $8::text[])
ON CONFLICT (household_id) DO UPDATE SET division = excluded.division, version = excluded.version,
  as_of = excluded.as_of, valid_until = excluded.valid_until, policy_version = excluded.policy_version,
  content = excluded.content, content_hash = excluded.content_hash, computed_at = excluded.computed_at,
  stamp = excluded.stamp
"""


class FactsFunction(Protocol):
    """A department's rules: pure and total."""

    def __call__(self, household: RosterHousehold, records: Records, policy: Policy, on: date, /) -> Facts: ...


@dataclass(frozen=True, slots=True)
class _Computed:
    household: RosterHousehold
    version: int
    as_of: datetime | None
    facts: Facts
    content: str
    content_hash: str
    changed: bool


class FactsEngine:
    """Keeps `household_facts` in step with the records, the roster, the policy and the day.

    A version grows by one, under the household's row lock, and only when the content changed: so a repeat is silent,
    and the circle roster → facts → status → roster comes to rest.
    """

    def __init__(
        self,
        *,
        department: str,
        record_types: Sequence[RecordType],
        facts: FactsFunction,
        policies: PolicyStore,
        clock: Clock,
        cache: SnapshotCache,
    ) -> None:
        self._department = department
        self._subject = snapshots_subject(department)
        self._record_types = {one.name: one for one in record_types if one.feeds_facts}
        self._records_sql = _records_sql(list(self._record_types.values()))
        self._facts = facts
        self._policies = policies
        self._clock = clock
        self._cache = cache
        self._records_cache = RecordsCache()

    async def touch(
        self,
        connection: Connection,
        household_ids: Collection[UUID],
        *,
        written: Sequence[WrittenRow] | None = None,
    ) -> dict[UUID, int]:
        """Recompute after a change of records: the facts are as of now."""
        if written is None:
            await take_locks(connection, household_ids)
        return await self._recompute(connection, household_ids, as_of=self._clock.now(), written=written)

    async def versions(self, connection: Connection, household_ids: Collection[UUID]) -> dict[UUID, int]:
        rows = await connection.fetch(_VERSIONS, list(household_ids))
        return {row["household_id"]: row["version"] for row in rows}

    async def recompute(
        self,
        connection: Connection,
        household_ids: Collection[UUID],
        *,
        as_of: datetime | None = None,
        written: Sequence[WrittenRow] | None = None,
    ) -> dict[UUID, int]:
        """The households' versions after their facts were brought up to date; a few statements for any number.

        `as_of` is when a record was taken in; without it (the roster, the policy or the day changed) the facts keep
        theirs. `written` says that these rows and no others were recorded since the last computation, so that records
        known from it need not be read again; without it all are read. Households that the roster does not hold are
        left out.
        """
        # A statement of its own: one that waits for a lock still sees the facts as they were before it waited.
        await take_locks(connection, household_ids)
        return await self._recompute(connection, household_ids, as_of=as_of, written=written)

    async def _recompute(
        self,
        connection: Connection,
        household_ids: Collection[UUID],
        *,
        as_of: datetime | None,
        written: Sequence[WrittenRow] | None,
    ) -> dict[UUID, int]:
        """The households are locked."""
        ids = sorted(set(household_ids))
        if not ids:
            return {}
        held = await connection.fetch(_HELD, ids)
        households = await self._households(connection, held)
        records = await self._current_records(connection, held, written)
        policy, today = self._policies.current, self._clock.today()
        computed = [
            self._compute(
                row,
                households[row["household_id"]],
                records[row["household_id"]],
                policy=policy,
                today=today,
                as_of=as_of,
            )
            for row in held
        ]
        stamp = uuid4()
        await self._store(connection, computed, policy.version, stamp)
        for household_id, of_household in records.items():
            self._records_cache.keep(household_id, stamp, of_household)
        return {one.household.household_id: one.version for one in computed}

    async def _households(self, connection: Connection, held: Sequence[asyncpg.Record]) -> dict[UUID, RosterHousehold]:
        found = {row["household_id"]: self._cache.get(row["household_id"], row["roster_version"]) for row in held}
        missing = [household_id for household_id, snapshot in found.items() if snapshot is None]
        if missing:
            for row in await connection.fetch(_SNAPSHOTS, missing):
                found[row["household_id"]] = self._cache.parse(row["household_id"], row["version"], row["snapshot"])
        return {household_id: snapshot for household_id, snapshot in found.items() if snapshot is not None}

    async def _current_records(
        self, connection: Connection, held: Sequence[asyncpg.Record], written: Sequence[WrittenRow] | None
    ) -> dict[UUID, Records]:
        """The households' records: those known and what was written since, or read from the tables."""
        found: dict[UUID, Records] = {}
        if written is not None:
            fresh: dict[UUID, list[WrittenRow]] = defaultdict(list)
            for one in written:
                if one.record_type.feeds_facts:
                    fresh[one.household_id].append(one)
            for row in held:
                known = self._records_cache.get(row["household_id"], row["stamp"])
                if known is not None:
                    found[row["household_id"]] = known.with_rows(fresh[row["household_id"]])
        missing = [row["household_id"] for row in held if row["household_id"] not in found]
        return found | await self._read_records(connection, missing)

    async def _read_records(self, connection: Connection, ids: Sequence[UUID]) -> dict[UUID, Records]:
        if not ids:
            return {}
        rows: dict[UUID, dict[RecordType, list[Row[BaseModel]]]] = {one: defaultdict(list) for one in ids}
        if self._records_sql:
            for stored in await connection.fetch(self._records_sql, ids):
                record_type = self._record_types[stored["type"]]
                rows[stored["household_id"]][record_type].append(_row(record_type, stored))
        return {
            household_id: Records({record_type: in_order(of_type) for record_type, of_type in of_household.items()})
            for household_id, of_household in rows.items()
        }

    def _compute(
        self,
        row: asyncpg.Record,
        household: RosterHousehold,
        records: Records,
        *,
        policy: Policy,
        today: date,
        as_of: datetime | None,
    ) -> _Computed:
        # Records may have come with a person who moved in: the newest of them tells when.
        moment = as_of or max((one for one in (row["as_of"], records.newest()) if one is not None), default=None)
        facts = self._facts(household, records, policy, today)
        if moment is None and facts.says_something:
            # Without a record of its own the word rests on the roster alone.
            moment = household.as_of
        valid_until = facts.valid_until
        if valid_until is not None and valid_until <= today:
            # A day that has come cannot lie ahead; looked at again tomorrow, never in a loop.
            valid_until = today + timedelta(days=1)
        facts = facts.model_copy(update={"as_of": moment, "valid_until": valid_until})
        content = facts.model_dump_json()
        digest = hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
        changed = digest != row["content_hash"]
        return _Computed(
            household=household,
            version=(row["version"] or 0) + changed,
            as_of=moment,
            facts=facts,
            content=content,
            content_hash=digest,
            changed=changed,
        )

    async def _store(
        self, connection: Connection, computed: Sequence[_Computed], policy_version: int, stamp: UUID
    ) -> None:
        outbox, arguments = outbox_insert([self._message(one) for one in computed if one.changed], first=11)
        await connection.execute(
            _UPSERT.format(outbox=outbox),
            [one.household.household_id for one in computed],
            [one.household.division for one in computed],
            [one.version for one in computed],
            [one.as_of for one in computed],
            [one.facts.valid_until for one in computed],
            [policy_version for _ in computed],
            [one.content for one in computed],
            [one.content_hash for one in computed],
            self._clock.now(),
            stamp,
            *arguments,
        )

    def _message(self, computed: _Computed) -> OutboxMessage:
        return self.message(computed.household.household_id, computed.version, computed.content)

    def message(self, household_id: UUID, version: int, content: str) -> OutboxMessage:
        """The event that carries these facts, also when they are published again."""
        head = f'"household_id":"{household_id}","department":"{self._department}","version":{version}'
        return outbox_message(
            subject=self._subject,
            source=self._department,
            type=FACTS,
            key=str(household_id),
            version=version,
            data=f'{{{head},"facts":{content}}}'.encode(),
            time=self._clock.now(),
            traceparent=current_request().traceparent,
        )


def _row(record_type: RecordType, stored: asyncpg.Record) -> Row[BaseModel]:
    content = record_type.stored_adapter.validate_json(stored["content"])
    return Row(
        id=stored["id"],
        member_id=stored["member_id"],
        revision=stored["revision"],
        recorded_at=stored["recorded_at"],
        business_date=record_type.business_day(content),
        content=content,
    )


def _records_sql(record_types: Sequence[RecordType]) -> str:
    """All current records of the households `$1`, of all types, in one statement."""
    return " UNION ALL ".join(
        f"SELECT '{one.name}' AS type, t.household_id, t.id, t.member_id, t.revision, t.recorded_at,"
        f" {one.content_sql} AS content FROM {one.table.name} t"
        " WHERE t.household_id = ANY($1::uuid[]) AND t.voided_at IS NULL"
        for one in record_types
    )
