"""Everything of the unified status that lives as long as the process, put together once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.registry.status.engine import StatusEngine
from services.registry.status.listing import StatusLists
from services.registry.status.projector import FactsProjector
from services.registry.status.reader import StatusReader
from services.registry.status.reevaluate import Reevaluation
from services.registry.status.waiters import StatusWaiters
from shared.clock import Clock
from shared.database import Connection, Database
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.roster.models import RosterHousehold


@dataclass(frozen=True, slots=True)
class UnifiedStatus:
    """`projector.handle` is the consumer's handler, `reevaluation.run` a background task; the lifespan state names
    `reader` as `status_reader` and `lists` as `status_lists`.
    """

    engine: StatusEngine
    waiters: StatusWaiters
    projector: FactsProjector
    reevaluation: Reevaluation
    reader: StatusReader
    lists: StatusLists

    @classmethod
    def of(
        cls,
        database: Database,
        *,
        policy: PolicyStore,
        clock: Clock,
        vault: Vault,
        nudge: Callable[[], None],
        wait_seconds: float = 5.0,
    ) -> "UnifiedStatus":
        """`nudge` wakes the outbox relay; `wait_seconds` bounds `at_least`."""
        engine = StatusEngine(policy, clock)
        waiters = StatusWaiters()
        return cls(
            engine=engine,
            waiters=waiters,
            projector=FactsProjector(database, engine, waiters=waiters, nudge=nudge),
            reevaluation=Reevaluation(database, engine, clock=clock, waiters=waiters, nudge=nudge),
            reader=StatusReader(database, vault=vault, clock=clock, waiters=waiters, wait_seconds=wait_seconds),
            lists=StatusLists(database),
        )

    async def recompute(self, conn: Connection, written: Sequence[RosterHousehold]) -> None:
        """What the roster publisher calls in its transaction, with the snapshots that it has just written."""
        await self.engine.recompute(conn, [one.household_id for one in written], written=written)
