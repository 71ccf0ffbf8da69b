"""Takes in the departments' facts: the newest version of each wins, then the statuses follow, in one transaction."""

import re
from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from pydantic import ValidationError

from services.registry.status.engine import APPEARANCE, StatusEngine
from services.registry.status.memory import Stamp
from services.registry.status.models import REGISTRY
from services.registry.status.said import instant
from services.registry.status.waiters import StatusWaiters
from shared.database import Connection, Database, Scope
from shared.facts.models import FactsSnapshot
from shared.snapshots import FACTS, Event, MalformedEvent

SUBJECTS = ("snapshots.*",)
DURABLE = "registry-status"
_GREATEST = 2**63 - 1
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""An escaped NUL character: valid JSON that PostgreSQL does not store."""

_UPSERT = """
INSERT INTO department_facts AS f (household_id, department, version, as_of, valid_until, content)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[], $5::date[], $6::text[])
ON CONFLICT (household_id, department) DO UPDATE SET
  version = excluded.version, as_of = excluded.as_of, valid_until = excluded.valid_until, content = excluded.content,
  received_at = now()
WHERE excluded.version > f.version
RETURNING household_id, department, xmin::text::bigint AS transaction,
  NOT EXISTS (SELECT FROM roster_household h WHERE h.household_id = f.household_id) AS unknown
"""


class TakeUp(Protocol):
    """What is done with facts once they are stored; the households whose roster and status have followed."""

    async def __call__(self, conn: Connection, snapshots: Sequence[FactsSnapshot]) -> frozenset[UUID]: ...


class FactsProjector:
    """The handler of the consumer on `snapshots.*`."""

    def __init__(
        self, database: Database, engine: StatusEngine, *, waiters: StatusWaiters, nudge: Callable[[], None]
    ) -> None:
        self._database = database
        self._engine = engine
        self._waiters = waiters
        self._nudge = nudge
        self._take_up: TakeUp | None = None

    def take_up_with(self, take_up: TakeUp) -> None:
        """What changes the roster because of facts: called with those just stored, before the statuses follow."""
        self._take_up = take_up

    async def handle(self, events: Sequence[Event]) -> None:
        """Apply a batch. Raises MalformedEvent when one of them holds no facts: the consumer sets that one aside.

        Facts of a household that the roster does not know yet are kept; its status takes them in when it appears.
        """
        received: dict[tuple[UUID, str], FactsSnapshot] = {}
        traceparents: dict[UUID, str] = {}
        for event in events:
            if event.source == REGISTRY:
                continue  # the registry's own rosters run on the same stream
            snapshot = parse_facts(event)
            known = received.get((snapshot.household_id, snapshot.department))
            if known is None or snapshot.version > known.version:
                received[(snapshot.household_id, snapshot.department)] = snapshot
                if event.traceparent is not None:
                    traceparents[snapshot.household_id] = event.traceparent
        if not received:
            return
        async with self._database.transaction(Scope.everything()) as conn:
            stored = await store_facts(conn, list(received.values()))
            self._engine.remember(stored)
            newer = {one.household_id for one, _ in stored}
            moved: frozenset[UUID] = frozenset()
            if newer and self._take_up is not None:
                moved = await self._take_up(conn, [one for one in received.values() if one.household_id in newer])
            rest = newer - moved
            changed = await self._engine.recompute(conn, rest, traceparents=traceparents) if rest else ()
        if changed or moved:
            self._waiters.notify([*moved, *(one.row.household_id for one in changed)])
            self._nudge()


async def store_facts(conn: Connection, snapshots: Sequence[FactsSnapshot]) -> list[tuple[FactsSnapshot, Stamp]]:
    """Keep the snapshots that are newer than what is held; these, as written. One a (household, department)."""
    # Everyone writes in one order, so that two batches never wait for each other in a circle.
    ordered = sorted(snapshots, key=lambda one: (one.household_id, one.department))
    rows = await conn.fetch(
        _UPSERT,
        [one.household_id for one in ordered],
        [one.department for one in ordered],
        [one.version for one in ordered],
        [instant(one.facts.as_of) for one in ordered],
        [one.facts.valid_until for one in ordered],
        [one.facts.model_dump_json() for one in ordered],
    )
    if any(row["unknown"] for row in rows):
        await conn.execute("SELECT pg_advisory_xact_lock($1)", APPEARANCE)
    given = {(one.household_id, one.department): one for one in ordered}
    kept = [(given[row["household_id"], row["department"]], row["transaction"]) for row in rows]
    return [(one, Stamp(one.version, transaction)) for one, transaction in kept]


def parse_facts(event: Event) -> FactsSnapshot:
    """The facts in an event. Raises MalformedEvent; its text quotes nothing of the content."""
    if event.type != FACTS:
        raise MalformedEvent("no facts")
    try:
        snapshot = FactsSnapshot.model_validate_json(event.data)
    except ValidationError as error:
        raise MalformedEvent(f"no facts: {error.error_count()} faults") from None
    if (snapshot.department, str(snapshot.household_id), snapshot.version) != (event.source, event.key, event.version):
        raise MalformedEvent("the facts are not those of the envelope")
    if not 0 <= snapshot.version <= _GREATEST or _holds_nul(event.data):
        raise MalformedEvent("facts that cannot be stored")
    return snapshot


def _holds_nul(data: bytes) -> bool:
    return b"u0000" in data and _NUL.search(data) is not None
