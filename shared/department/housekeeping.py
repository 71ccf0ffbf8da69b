"""Forget what is kept only for a time: answers under idempotency keys."""

import asyncio

from shared.database import Database, Leader, Scope
from shared.records.idempotency import forget_older_than

PAUSE_SECONDS = 3600.0


class Housekeeping:
    """A background job, one a database."""

    def __init__(self, *, database: Database, idempotency_keep_days: int) -> None:
        self._database = database
        self._keep_days = idempotency_keep_days

    async def run(self) -> None:
        while True:
            async with Leader(self._database, "housekeeping").elected() as lost:
                while not lost.is_set():
                    async with self._database.acquire(Scope.everything()) as connection:
                        await forget_older_than(connection, self._keep_days)
                    await asyncio.sleep(PAUSE_SECONDS)
