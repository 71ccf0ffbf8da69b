"""Keeps statuses right as days pass and as the policy changes, without any event from a department."""

import asyncio
import contextlib
import hashlib
from collections.abc import Callable
from uuid import UUID

from services.registry.status.engine import StatusEngine
from services.registry.status.waiters import StatusWaiters
from shared.clock import Clock
from shared.database import Connection, Database, Leader, Scope
from shared.policy import Policy

FORM = 2
"""Raised whenever `unify` gives other bytes for the same inputs: an upgrade then computes every status anew."""

_EVERYTHING = Scope.everything()
_FIRST = UUID(int=0)

_DUE = """
SELECT household_id FROM household_status WHERE valid_until <= $1 AND household_id > $2 ORDER BY household_id LIMIT $3
"""
_NEXT = "SELECT household_id FROM roster_household WHERE household_id > $1 ORDER BY household_id LIMIT $2"
_PROGRESS = """
INSERT INTO status_evaluation AS e (id, target, position, finished) VALUES (1, $1, $2, false)
ON CONFLICT (id) DO UPDATE SET target = excluded.target, finished = false,
  position = CASE WHEN e.target = excluded.target THEN e.position ELSE excluded.position END
WHERE e.target <> excluded.target OR NOT e.finished
RETURNING position
"""


class Reevaluation:
    """The background job; one replica is elected, progress is in the database and survives restarts."""

    def __init__(
        self,
        database: Database,
        engine: StatusEngine,
        *,
        clock: Clock,
        waiters: StatusWaiters,
        nudge: Callable[[], None],
        chunk: int = 500,
        every_seconds: float = 30.0,
    ) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._waiters = waiters
        self._nudge_relay = nudge
        self._chunk = chunk
        self._every_seconds = every_seconds
        self._wanted = asyncio.Event()

    def wake(self) -> None:
        """Look at once: the policy has changed."""
        self._wanted.set()

    async def run(self) -> None:
        """Work for ever, as the elected replica."""
        while True:
            async with Leader(self._database, "status-reevaluation").elected() as lost:
                while not lost.is_set():
                    self._wanted.clear()
                    await self.run_once()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(self._every_seconds):
                            await self._wanted.wait()

    async def run_once(self) -> int:
        """All that is due now; the number of statuses that changed."""
        return await self.policy_changed() + await self.expired()

    async def expired(self) -> int:
        """Recompute the statuses whose `valid_until` has come."""
        changed, position = 0, _FIRST
        while True:
            async with self._database.transaction(_EVERYTHING) as conn:
                rows = await conn.fetch(_DUE, self._clock.today(), position, self._chunk)
                ids = [row["household_id"] for row in rows]
                touched = await self._recompute(conn, ids)
            changed += self._announce(touched)
            if len(ids) < self._chunk:
                return changed
            position = ids[-1]

    async def policy_changed(self) -> int:
        """Recompute everything, once for each policy, taking up an interrupted run where it stopped."""
        changed = 0
        while True:
            target = fingerprint(self._engine.rules.policy)
            async with self._database.transaction(_EVERYTHING) as conn:
                position = await conn.fetchval(_PROGRESS, target, _FIRST)
                if position is None:
                    return changed
                ids = [row["household_id"] for row in await conn.fetch(_NEXT, position, self._chunk)]
                touched = await self._recompute(conn, ids)
                await conn.execute(
                    "UPDATE status_evaluation SET position = $1, finished = $2 WHERE id = 1",
                    ids[-1] if ids else position,
                    len(ids) < self._chunk,
                )
            changed += self._announce(touched)

    async def _recompute(self, conn: Connection, ids: list[UUID]) -> list[UUID]:
        return [one.row.household_id for one in await self._engine.recompute(conn, ids)] if ids else []

    def _announce(self, touched: list[UUID]) -> int:
        if touched:
            self._waiters.notify(touched)
            self._nudge_relay()
        return len(touched)


def fingerprint(policy: Policy) -> str:
    """What the statuses rest on besides their own inputs: the form of `unify` and every parameter in force."""
    digest = hashlib.blake2b(str(FORM).encode(), digest_size=16)
    for setting in policy.settings:
        digest.update(repr((setting.key, setting.area, setting.year, setting.value, setting.concept)).encode())
    return digest.hexdigest()
