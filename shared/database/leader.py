"""One worker at a time a database: elected by a session advisory lock."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from shared.database.pool import Database, RawConnection

_RETRY_SECONDS = 1.0
_CLOSE_SECONDS = 2.0


class Leader:
    """Elects one holder of a task among all replicas that share a database.

    The lock lives in a session of its own: when the holder dies, PostgreSQL ends the session and another is elected.
    """

    def __init__(self, database: Database, task: str) -> None:
        self._database = database
        self._task = task
        self._key = int.from_bytes(hashlib.blake2b(task.encode(), digest_size=8).digest(), "big", signed=True)

    @asynccontextmanager
    async def elected(self) -> AsyncIterator[asyncio.Event]:
        """Wait to be elected; yields an event that is set when the leadership is lost. Stop working then."""
        connection = await self._win()
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            yield lost
        finally:
            await _close(connection)

    async def _win(self) -> RawConnection:
        while True:
            connection = await self._database.connect()
            try:
                # Polled, not awaited in pg_advisory_lock: a waiting statement would hold back vacuum.
                while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", self._key):  # noqa: ASYNC110
                    await asyncio.sleep(_RETRY_SECONDS)
            except BaseException:
                await _close(connection)
                raise
            return connection


async def _close(connection: RawConnection) -> None:
    """Say good-bye, within a moment: a session that is only dropped keeps its lock until the server notices."""
    with contextlib.suppress(
        OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError
    ):
        await connection.close(timeout=_CLOSE_SECONDS)
