"""Brings statuses up to date within a transaction: a handful of statements, however many households."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

import asyncpg
import orjson

from services.registry.status.home import Home
from services.registry.status.memory import Memory, Stamp
from services.registry.status.models import REGISTRY
from services.registry.status.parameters import StatusRules
from services.registry.status.row import StatusRow, changed_parts, source_versions, status_row
from services.registry.status.said import Said, is_stale
from services.registry.status.storing import write_arguments, write_statement
from services.registry.status.unify import unify_parts
from shared.clock import Clock
from shared.database import Connection
from shared.facts.models import Facts, FactsSnapshot
from shared.policy import PolicyStore
from shared.roster.models import RosterHousehold
from shared.snapshots import STATUS_CHANGED, STATUS_CHANGED_SUBJECT, OutboxMessage, outbox_insert, outbox_message

APPEARANCE = 0x59_48_53_54
"""Advisory lock: held shared by who makes a household appear, exclusive by who keeps facts of an unknown one. Without
it, each of two concurrent transactions could miss what the other is about to commit."""

_LOCK_HOUSEHOLDS = """
SELECT household_id, version, xmin::text::bigint AS transaction FROM roster_household
WHERE household_id = ANY($1::uuid[]) ORDER BY household_id FOR NO KEY UPDATE
"""
_READ_HOUSEHOLDS = _LOCK_HOUSEHOLDS.replace("FOR NO KEY UPDATE", "")
_READ_SNAPSHOTS = "SELECT household_id, snapshot FROM roster_household WHERE household_id = ANY($1::uuid[])"
_READ_STORED = """
SELECT i.household_id, s.division, s.parts, s.etag, s.version, f.departments, f.versions, f.transactions
FROM unnest($1::uuid[]) AS i(household_id)
LEFT JOIN household_status s ON s.household_id = i.household_id
LEFT JOIN LATERAL (
  SELECT array_agg(department) AS departments, array_agg(version) AS versions,
    array_agg(xmin::text::bigint) AS transactions
  FROM department_facts d WHERE d.household_id = i.household_id
) f ON true
"""
_READ_FACTS = """
SELECT household_id, department, version, content
FROM unnest($1::uuid[], $2::text[]) AS i(household_id, department)
JOIN department_facts USING (household_id, department)
"""
_READ_BODIES = "SELECT household_id, body FROM household_status WHERE household_id = ANY($1::uuid[])"
_NO_TRACES: Mapping[UUID, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ChangedStatus:
    """A status that is another one now; `version` counts the changes of this household's status."""

    row: StatusRow
    version: int
    changed: tuple[str, ...]
    previous_division: str | None
    """Where the household was before, when it moved."""


@dataclass(frozen=True, slots=True)
class Stored:
    division: str
    parts: str
    etag: str
    version: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that the statuses of some households rest on, and what is stored of them."""

    homes: tuple[Home, ...]
    said: Mapping[UUID, tuple[Said, ...]]
    stored: Mapping[UUID, Stored]


class StatusEngine:
    """Applies `unify` to households in the database; one for a process."""

    def __init__(self, policy: PolicyStore, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._rules = StatusRules(policy.current)
        self._memory = Memory()

    def remember(self, stored: Iterable[tuple[FactsSnapshot, Stamp]]) -> None:
        """Know these facts by their writing, so that `recompute` in the same transaction need not read them again."""
        today = self._clock.today()
        for snapshot, stamp in stored:
            self._memory.said.put((snapshot.household_id, snapshot.department), stamp, Said.of(snapshot, today))

    async def recompute(
        self,
        conn: Connection,
        household_ids: Collection[UUID],
        *,
        written: Sequence[RosterHousehold] = (),
        traceparents: Mapping[UUID, str] = _NO_TRACES,
    ) -> tuple[ChangedStatus, ...]:
        """Bring the statuses of these households up to date and enqueue an event for each that changed.

        Must run in a transaction, after the roster or the facts were written in it. The households are locked in the
        order of their ids before anything is read, so that of two writers the later one sees what the earlier wrote.
        An id that the roster does not know is passed over. `written`: snapshots that this very transaction has put into
        the roster; they are locked by that and need not be read again. After the commit: nudge the relay, wake the
        waiters.
        """
        given = {household.household_id: household for household in written}
        locked = await self._lock(conn, sorted(set(household_ids) - given.keys()))
        homes = {**locked, **{household_id: Home(household) for household_id, household in given.items()}}
        ids, today = sorted(household_ids), self._clock.today()
        appearing = any(household.version == 1 for household in written)
        if appearing:
            await _hold_appearance(conn)
        inputs = await self._inputs(conn, homes, ids, on=today, memory=self._memory)
        if not appearing and len(inputs.stored) < len(homes):
            await _hold_appearance(conn)
            inputs = await self._inputs(conn, homes, ids, on=today, memory=self._memory)
        changed = [
            ChangedStatus(
                row=row,
                version=stored.version + 1 if stored else 1,
                changed=tuple(changed_parts(stored.parts if stored else None, row.parts)),
                previous_division=stored.division if stored and stored.division != row.division else None,
            )
            for row in self.evaluate(inputs)
            if (stored := inputs.stored.get(row.household_id)) is None or stored.etag != row.etag
        ]
        if changed:
            messages = [self._message(one, traceparents.get(one.row.household_id)) for one in changed]
            outbox, outbox_arguments = outbox_insert(messages)
            rows = [(one.row, one.version) for one in changed]
            await conn.execute(
                write_statement(len(outbox_arguments)) + outbox, *outbox_arguments, *write_arguments(rows)
            )
        return tuple(changed)

    async def read(self, conn: Connection, household_ids: Collection[UUID]) -> tuple[Inputs, dict[UUID, str]]:
        """The inputs as they stand and the stored bodies, without locks and trusting no cache: for verification."""
        ids, fresh = sorted(household_ids), Memory()
        rows = await conn.fetch(_READ_HOUSEHOLDS, ids)
        homes = await _homes(conn, rows, fresh)
        inputs = await self._inputs(conn, homes, ids, on=self._clock.today(), memory=fresh)
        bodies = {row["household_id"]: row["body"] for row in await conn.fetch(_READ_BODIES, ids)}
        return inputs, bodies

    def evaluate(self, inputs: Inputs) -> list[StatusRow]:
        """The statuses that follow from the inputs today."""
        rules, today = self.rules, self._clock.today()
        rows = []
        for home in inputs.homes:
            said = inputs.said.get(home.household.household_id, ())
            rows.append(status_row(unify_parts(home, said, rules, today), home, said))
        return rows

    @property
    def rules(self) -> StatusRules:
        """The policy in force, read for statuses."""
        if self._rules.policy is not self._policy.current:
            self._rules = StatusRules(self._policy.current)
        return self._rules

    async def _lock(self, conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Home]:
        if not ids:
            return {}
        return await _homes(conn, await conn.fetch(_LOCK_HOUSEHOLDS, ids), self._memory)

    async def _inputs(
        self, conn: Connection, homes: Mapping[UUID, Home], ids: Sequence[UUID], *, on: date, memory: Memory
    ) -> Inputs:
        rows = await conn.fetch(_READ_STORED, ids)
        return Inputs(
            homes=tuple(homes[household_id] for household_id in ids if household_id in homes),
            said=await _said(conn, rows, on, memory),
            stored={
                row["household_id"]: Stored(row["division"], row["parts"], row["etag"], row["version"])
                for row in rows
                if row["etag"] is not None
            },
        )

    def _message(self, one: ChangedStatus, traceparent: str | None) -> OutboxMessage:
        row = one.row
        data = {
            "household_id": str(row.household_id),
            "code": row.code,
            "division": row.division,
            "previous_division": one.previous_division,
            "version": one.version,
            "etag": row.etag,
            "changed": one.changed,
            "sources": source_versions(row.sources),
            "state": row.state,
            "risk_level": row.risk_level,
        }
        return outbox_message(
            subject=STATUS_CHANGED_SUBJECT,
            source=REGISTRY,
            type=STATUS_CHANGED,
            key=str(row.household_id),
            version=one.version,
            data=orjson.dumps(data),
            time=self._clock.now(),
            traceparent=traceparent,
        )


async def _hold_appearance(conn: Connection) -> None:
    """From here until the end of the transaction no facts of an unknown household are being kept by another."""
    await conn.execute("SELECT pg_advisory_xact_lock_shared($1)", APPEARANCE)


async def _homes(conn: Connection, rows: Sequence[asyncpg.Record], memory: Memory) -> dict[UUID, Home]:
    """The households of these rows (id, version, transaction): those remembered, and the others read and parsed."""
    stamps = {row["household_id"]: Stamp(row["version"], row["transaction"]) for row in rows}
    homes = {key: home for key, stamp in stamps.items() if (home := memory.homes.get(key, stamp)) is not None}
    missing = [household_id for household_id in stamps if household_id not in homes]
    if missing:
        for row in await conn.fetch(_READ_SNAPSHOTS, missing):
            household_id = row["household_id"]
            homes[household_id] = home = Home(RosterHousehold.model_validate_json(row["snapshot"]))
            memory.homes.put(household_id, stamps[household_id], home)
    return homes


async def _said(
    conn: Connection, rows: Sequence[asyncpg.Record], on: date, memory: Memory
) -> dict[UUID, tuple[Said, ...]]:
    """What the departments said of each household, in the order of their names."""
    found: dict[tuple[UUID, str], Said] = {}
    missing: dict[tuple[UUID, str], Stamp] = {}
    for row in rows:
        for department, *stamp in zip(
            row["departments"] or (), row["versions"] or (), row["transactions"] or (), strict=True
        ):
            key, known = (row["household_id"], department), Stamp(*stamp)
            said = memory.said.get(key, known)
            if said is None or said.stale != is_stale(said.facts, on):
                missing[key] = known
            else:
                found[key] = said
    if missing:
        for row in await conn.fetch(_READ_FACTS, [key[0] for key in missing], [key[1] for key in missing]):
            key = (row["household_id"], row["department"])
            snapshot = FactsSnapshot.model_construct(
                household_id=row["household_id"],
                department=row["department"],
                version=row["version"],
                facts=Facts.model_validate_json(row["content"]),
            )
            found[key] = said = Said.of(snapshot, on)
            memory.said.put(key, missing[key], said)
    by_household: dict[UUID, list[Said]] = {}
    for (household_id, _), said in sorted(found.items(), key=lambda pair: pair[0][1]):
        by_household.setdefault(household_id, []).append(said)
    return {household_id: tuple(one) for household_id, one in by_household.items()}
