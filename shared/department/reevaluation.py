"""Compute facts again when the day or the policy changed, not only when a record did."""

import asyncio
import contextlib
from collections.abc import Callable

from shared.clock import Clock
from shared.database import Database, Leader, Scope
from shared.facts.engine import FactsEngine
from shared.policy import PolicyStore

CHUNK = 500
"""Households a transaction: long enough to be quick, short enough to keep nobody waiting."""
_DUE = """
SELECT household_id FROM household_facts WHERE valid_until <= $1::date OR policy_version < $2::bigint
ORDER BY household_id LIMIT $3
"""


class Reevaluation:
    """A background job, one a database, that keeps no state of its own: what is due is read from the facts, so it goes
    on after any restart where it stopped."""

    def __init__(
        self,
        *,
        database: Database,
        engine: FactsEngine,
        policies: PolicyStore,
        clock: Clock,
        written: Callable[[], None],
        pause_seconds: float,
    ) -> None:
        """`pause_seconds`: how often to look whether a day has ended or another replica has received a policy."""
        self._database = database
        self._engine = engine
        self._policies = policies
        self._clock = clock
        self._written = written
        self._pause_seconds = pause_seconds
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Look now: the policy has changed."""
        self._nudged.set()

    async def run(self) -> None:
        while True:
            async with Leader(self._database, "reevaluation").elected() as lost:
                while not lost.is_set():
                    self._nudged.clear()
                    await self.reevaluate_due()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(self._pause_seconds):
                            await self._nudged.wait()

    async def reevaluate_due(self) -> int:
        """Compute all that is due, a chunk a transaction; returns how many households."""
        count = 0
        while chunk := await self._reevaluate_chunk():
            count += chunk
        return count

    async def _reevaluate_chunk(self) -> int:
        async with self._database.transaction(Scope.everything()) as connection:
            await self._policies.load(connection)
            rows = await connection.fetch(_DUE, self._clock.today(), self._policies.version, CHUNK)
            if rows:
                await self._engine.recompute(connection, [row["household_id"] for row in rows], written=())
        if rows:
            self._written()
        return len(rows)
