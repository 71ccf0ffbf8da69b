"""Compute facts again when the day or the policy changed, not only when a record did."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

import asyncpg
from prometheus_client import Counter

from shared.clock import Clock
from shared.database import Database, Leader, Scope
from shared.facts.engine import FactsEngine
from shared.policy import PolicyStore
from shared.snapshots.outages import is_outage

CHUNK = 500
"""Households a transaction: long enough to be quick, short enough to keep nobody waiting."""
_DUE = """
SELECT household_id FROM household_facts WHERE (valid_until <= $1::date OR policy_version < $2::bigint)
  AND NOT household_id = ANY($4::uuid[])
ORDER BY household_id LIMIT $3
"""
FAILURES = Counter(
    "yihu_reevaluation_failures_total", "Households whose facts could not be computed again", ["service"]
)

_PASSING = (asyncpg.TransactionRollbackError, asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError)
"""Others were in the way; the next attempt will tell."""

_logger = logging.getLogger(__name__)


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
        self._set_aside: set[UUID] = set()
        self._set_aside_under: tuple[date, int] | None = None

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
        due = await self._due()
        try:
            await self._recompute(due)
        except Exception as error:
            if is_outage(error):
                raise
            for household_id in due:
                await self._recompute_alone(household_id)
        if due:
            self._written()
        return len(due)

    async def _due(self) -> Sequence[UUID]:
        async with self._database.acquire(Scope.everything()) as connection:
            await self._policies.load(connection)
            under = self._clock.today(), self._policies.version
            if under != self._set_aside_under:
                # Another day or policy may be one that the facts can be computed under.
                self._set_aside, self._set_aside_under = set(), under
            rows = await connection.fetch(_DUE, *under, CHUNK, list(self._set_aside))
        return [row["household_id"] for row in rows]

    async def _recompute(self, household_ids: Sequence[UUID]) -> None:
        if household_ids:
            async with self._database.transaction(Scope.everything()) as connection:
                await self._engine.recompute(connection, household_ids, written=())

    async def _recompute_alone(self, household_id: UUID) -> None:
        """A household whose facts cannot be computed keeps those it has, and holds up no other."""
        try:
            await self._recompute([household_id])
        except Exception as error:
            if is_outage(error) or isinstance(error, _PASSING):
                raise
            self._set_aside.add(household_id)
            FAILURES.labels(self._database.name).inc()
            _logger.exception("facts of household %s cannot be computed", household_id)
