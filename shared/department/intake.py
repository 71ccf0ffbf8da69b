"""What a department takes in from the registry: the roster and the policy."""

import asyncio
from collections.abc import Callable, Sequence

from pydantic import ValidationError

from shared.database import Database, Scope
from shared.facts.engine import FactsEngine
from shared.policy import PolicyStore
from shared.policy.store import parse_snapshot as parse_policy
from shared.records.declaration import RecordType
from shared.records.matching import Matcher, follow_members
from shared.records.resolution import wait_for_unmatched
from shared.roster.apply import apply_roster, parse_snapshot
from shared.snapshots import Event, MalformedEvent


class RosterIntake:
    """Takes roster snapshots in: the newest of each household wins, waiting records find their place, facts follow.

    All of it in one transaction a batch: a snapshot that came twice, late or out of order changes nothing.
    """

    def __init__(
        self,
        *,
        database: Database,
        engine: FactsEngine,
        matcher: Matcher,
        record_types: Sequence[RecordType],
        written: Callable[[], None],
    ) -> None:
        self._database = database
        self._engine = engine
        self._matcher = matcher
        self._record_types = record_types
        self._written = written

    async def __call__(self, events: Sequence[Event]) -> None:
        try:
            snapshots = [parse_snapshot(event.data) for event in events]
        except ValidationError as error:
            raise MalformedEvent(f"no roster snapshot: {error.error_count()} faults") from None
        if any(event.key != str(one.household_id) for event, one in zip(events, snapshots, strict=True)):
            raise MalformedEvent("the snapshot is of another household than the event")
        async with self._database.transaction(Scope.everything()) as connection:
            # First of all locks, in the order that writers of unmatched records take them too.
            await wait_for_unmatched(connection)
            applied = await apply_roster(connection, snapshots)
            if not applied.changed:
                return
            await follow_members(
                connection, self._record_types, members=applied.moved_members, households=applied.moved_households
            )
            gained = await self._matcher.match(connection, applied.changed, given_up=applied.names_given_up)
            if gained:
                await self._engine.touch(connection, gained)
            others = {household.household_id for household in applied.changed} | applied.left_households
            await self._engine.recompute(connection, others - gained)
        self._written()


class PolicyIntake:
    """Takes the policy's overrides in; what rests on them is then computed again.

    One replica receives a snapshot and stores it; `follow` lets the others find it in the database they share.
    """

    def __init__(
        self, *, database: Database, policies: PolicyStore, changed: Callable[[], None], pause_seconds: float = 2.0
    ) -> None:
        self._database = database
        self._policies = policies
        self._changed = changed
        self._pause_seconds = pause_seconds

    async def __call__(self, events: Sequence[Event]) -> None:
        for event in events:
            try:
                snapshot = parse_policy(event.data)
            except ValueError as error:
                raise MalformedEvent(str(error)) from None
            async with self._database.transaction(Scope.everything()) as connection:
                await self._policies.apply(connection, snapshot)
        self._changed()

    async def follow(self) -> None:
        """Look for a policy that another replica has stored, for ever; it costs one indexed read."""
        while True:
            async with self._database.acquire(Scope.everything()) as connection:
                newer = await self._policies.load(connection)
            if newer:
                self._changed()
            await asyncio.sleep(self._pause_seconds)
