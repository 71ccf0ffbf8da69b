"""Brings statuses up to date within a transaction: a handful of statements, however many households."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

import orjson

from services.registry.status.models import REGISTRY
from services.registry.status.parameters import StatusRules
from services.registry.status.row import StatusRow, changed_parts, source_versions, status_row, text_array
from services.registry.status.unify import unify
from shared.clock import Clock
from shared.database import Connection
from shared.facts.models import Facts, FactsSnapshot
from shared.policy import PolicyStore
from shared.roster.cache import SnapshotCache
from shared.roster.models import RosterHousehold
from shared.snapshots import STATUS_CHANGED, STATUS_CHANGED_SUBJECT, OutboxMessage, outbox_insert, outbox_message

APPEARANCE = 0x59_48_53_54
"""Advisory lock: held shared by who makes a household appear, exclusive by who keeps facts of an unknown one. Without
it, each of two concurrent transactions could miss what the other is about to commit."""

_LOCK_HOUSEHOLDS = """
SELECT household_id, version, snapshot FROM roster_household
WHERE household_id = ANY($1::uuid[]) ORDER BY household_id FOR NO KEY UPDATE
"""
_READ_HOUSEHOLDS = _LOCK_HOUSEHOLDS.replace("FOR NO KEY UPDATE", "")
_READ_STATUSES = """
SELECT household_id, division, body, etag, version FROM household_status WHERE household_id = ANY($1::uuid[])
"""
_READ_FACTS = """
SELECT household_id, department, version, content FROM department_facts WHERE household_id = ANY($1::uuid[])
"""
_WRITE = """
WITH written AS (
  INSERT INTO household_status AS s
    (household_id, code, division, village_class, state, household_type, income_state, risk_level, member_count,
     unmet, signals, batches, causes, proposals, guarantees, body, etag, version, source_versions, valid_until,
     updated_at)
  SELECT household_id, code, division, village_class, state, household_type, income_state, risk_level, member_count,
     unmet::text[], signals::text[], batches::text[], causes::text[], proposals::text[], guarantees, body, etag,
     version, source_versions, valid_until, now()
  FROM unnest($6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
     $14::int[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::jsonb[], $21::text[],
     $22::text[], $23::bigint[], $24::jsonb[], $25::date[])
    AS u(household_id, code, division, village_class, state, household_type, income_state, risk_level, member_count,
     unmet, signals, batches, causes, proposals, guarantees, body, etag, version, source_versions, valid_until)
  ON CONFLICT (household_id) DO UPDATE SET
    code = excluded.code, division = excluded.division, village_class = excluded.village_class, state = excluded.state,
    household_type = excluded.household_type, income_state = excluded.income_state, risk_level = excluded.risk_level,
    member_count = excluded.member_count, unmet = excluded.unmet, signals = excluded.signals,
    batches = excluded.batches, causes = excluded.causes, proposals = excluded.proposals,
    guarantees = excluded.guarantees, body = excluded.body, etag = excluded.etag, version = excluded.version,
    source_versions = excluded.source_versions, valid_until = excluded.valid_until, updated_at = excluded.updated_at
)
"""
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
    body: str
    etag: str
    version: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that the statuses of some households rest on, and what is stored of them."""

    households: tuple[RosterHousehold, ...]
    facts: Mapping[UUID, dict[str, FactsSnapshot]]
    stored: Mapping[UUID, Stored]


class StatusEngine:
    """Applies `unify` to households in the database; one for a process."""

    def __init__(self, policy: PolicyStore, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._rules = StatusRules(policy.current)
        self._rosters = SnapshotCache()

    async def recompute(
        self, conn: Connection, household_ids: Collection[UUID], *, traceparents: Mapping[UUID, str] = _NO_TRACES
    ) -> tuple[ChangedStatus, ...]:
        """Bring the statuses of these households up to date and enqueue an event for each that changed.

        Must run in a transaction, after the roster or the facts were written in it. The households are locked in the
        order of their ids before anything is read, so that of two writers the later one sees what the earlier wrote.
        An id that the roster does not know is passed over. After the commit: nudge the relay, wake the waiters.
        """
        inputs = await self._load(conn, sorted(household_ids), lock=True)
        changed = [
            ChangedStatus(
                row=row,
                version=stored.version + 1 if stored else 1,
                changed=tuple(changed_parts(stored.body if stored else None, row.body)),
                previous_division=stored.division if stored and stored.division != row.division else None,
            )
            for row in self.evaluate(inputs)
            if (stored := inputs.stored.get(row.household_id)) is None or stored.etag != row.etag
        ]
        if changed:
            messages = [self._message(one, traceparents.get(one.row.household_id)) for one in changed]
            outbox, outbox_arguments = outbox_insert(messages)
            await conn.execute(_WRITE + outbox, *outbox_arguments, *_columns(changed))
        return tuple(changed)

    async def read(self, conn: Connection, household_ids: Collection[UUID]) -> Inputs:
        """The inputs as they stand, without locks and without trusting any cache: for verification."""
        return await self._load(conn, sorted(household_ids), lock=False)

    def evaluate(self, inputs: Inputs, *, on: date | None = None) -> list[StatusRow]:
        """The statuses that follow from the inputs today, or on the day given."""
        rules, day = self.rules, on or self._clock.today()
        rows = []
        for household in inputs.households:
            facts = inputs.facts.get(household.household_id, {})
            rows.append(status_row(unify(household, facts, rules, day), household, facts))
        return rows

    @property
    def rules(self) -> StatusRules:
        """The policy in force, read for statuses."""
        if self._rules.policy is not self._policy.current:
            self._rules = StatusRules(self._policy.current)
        return self._rules

    async def load_policy(self, conn: Connection) -> bool:
        """Take over a policy that another replica has stored; True when there was a newer one."""
        return await self._policy.load(conn)

    async def _load(self, conn: Connection, ids: Sequence[UUID], *, lock: bool) -> Inputs:
        households = await conn.fetch(_LOCK_HOUSEHOLDS if lock else _READ_HOUSEHOLDS, ids)
        stored = {
            row["household_id"]: Stored(row["division"], row["body"], row["etag"], row["version"])
            for row in await conn.fetch(_READ_STATUSES, ids)
        }
        if lock and len(stored) < len(households):
            await conn.execute("SELECT pg_advisory_xact_lock_shared($1)", APPEARANCE)
        facts: dict[UUID, dict[str, FactsSnapshot]] = {}
        for row in await conn.fetch(_READ_FACTS, ids):
            facts.setdefault(row["household_id"], {})[row["department"]] = FactsSnapshot.model_construct(
                household_id=row["household_id"],
                department=row["department"],
                version=row["version"],
                facts=Facts.model_validate_json(row["content"]),
            )
        rosters = self._rosters if lock else SnapshotCache(capacity=0)
        return Inputs(
            households=tuple(rosters.parse(row["household_id"], row["version"], row["snapshot"]) for row in households),
            facts=facts,
            stored=stored,
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


def _columns(changed: Sequence[ChangedStatus]) -> tuple[object, ...]:
    rows = [one.row for one in changed]
    return (
        [row.household_id for row in rows],
        [row.code for row in rows],
        [row.division for row in rows],
        [row.village_class for row in rows],
        [row.state for row in rows],
        [row.household_type for row in rows],
        [row.income_state for row in rows],
        [row.risk_level for row in rows],
        [row.member_count for row in rows],
        [text_array(row.unmet) for row in rows],
        [text_array(row.signals) for row in rows],
        [text_array(row.batches) for row in rows],
        [text_array(row.causes) for row in rows],
        [text_array(row.proposals) for row in rows],
        [row.guarantees for row in rows],
        [row.body.decode() for row in rows],
        [row.etag for row in rows],
        [one.version for one in changed],
        [row.sources for row in rows],
        [row.valid_until for row in rows],
    )
