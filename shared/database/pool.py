"""The connection pool, and the caller's scope on each connection.

Row-level security reads `yihu.scope` and `yihu.principal` from the session. A connection remembers what was last set on
it, so that a caller who comes again costs no extra statement.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from shared.database.scope import Scope

if TYPE_CHECKING:
    RawConnection = asyncpg.Connection[asyncpg.Record]
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:  # asyncpg's classes are generic only in their stubs
    RawConnection = asyncpg.Connection
    Connection = asyncpg.pool.PoolConnectionProxy

_logger = logging.getLogger(__name__)

_CLOSE_SECONDS = 5.0
_SET_SCOPE = "SELECT set_config('yihu.scope', $1, false), set_config('yihu.principal', $2, false)"


class Database:
    """A service's own database, reached as its app role."""

    def __init__(
        self, pool: "asyncpg.pool.Pool[asyncpg.Record]", *, url: str, name: str, scopes: dict[int, Scope]
    ) -> None:
        self._pool = pool
        self._scopes = scopes
        self.url = url
        self.name = name

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        name: str,
        min_size: int = 2,
        max_size: int = 16,
        statement_timeout_seconds: float = 30.0,
        connect_timeout_seconds: float = 10.0,
    ) -> "Database":
        """Open the pool. Raises OSError or asyncpg.PostgresError when the server cannot be reached."""
        scopes: dict[int, Scope] = {}

        async def forget_scope(connection: RawConnection) -> None:
            scopes.pop(connection.get_server_pid(), None)

        async def keep_session(connection: RawConnection) -> None:
            """Replace asyncpg's reset, which would cost a round trip at every release and clear the scope."""

        pool = await asyncpg.create_pool(
            url,
            min_size=min_size,
            max_size=max_size,
            init=forget_scope,
            reset=keep_session,
            timeout=connect_timeout_seconds,
            command_timeout=statement_timeout_seconds,
            max_inactive_connection_lifetime=0,
            statement_cache_size=512,
            server_settings={
                "application_name": f"yihu-{name}",
                "jit": "off",
                # The set-based statements take arrays, whose plans do not depend on the values; planning them anew at
                # each execution would cost more than running them.
                "plan_cache_mode": "force_generic_plan",
                "timezone": "UTC",
                "idle_in_transaction_session_timeout": "60000",
                "lock_timeout": str(int(statement_timeout_seconds * 500)),
            },
        )
        return cls(pool, url=url, name=name, scopes=scopes)

    async def close(self) -> None:
        """Close every connection once it is given back; those that are not within a few seconds are cut."""
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._pool.close()
        except TimeoutError:
            _logger.warning("connections of %s were still in use and have been cut", self.name)

    def terminate(self) -> None:
        self._pool.terminate()

    async def connect(self) -> RawConnection:
        """A connection of its own, outside the pool, for a session that is held long (leadership)."""
        return await asyncpg.connect(
            self.url, timeout=10, server_settings={"application_name": f"yihu-{self.name}-leader"}
        )

    async def is_ready(self) -> bool:
        try:
            async with self._pool.acquire(timeout=2) as connection:
                return bool(await connection.fetchval("SELECT true", timeout=2))
        except (
            OSError,
            TimeoutError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
            ssl.SSLError,
        ):
            return False

    @asynccontextmanager
    async def acquire(self, scope: Scope) -> AsyncIterator[Connection]:
        """A connection on which the scope holds, each statement its own transaction: for single reads."""
        async with self._pool.acquire() as connection:
            pid = connection.get_server_pid()
            if self._scopes.get(pid) != scope:
                # Forgotten first: a caller who goes away meanwhile leaves the session with either scope.
                self._scopes.pop(pid, None)
                await connection.execute(_SET_SCOPE, _array_literal(scope.patterns), scope.principal)
                self._scopes[pid] = scope
            yield connection

    @asynccontextmanager
    async def transaction(self, scope: Scope) -> AsyncIterator[Connection]:
        """A transaction in which the scope holds; it commits when the block ends and rolls back when it raises."""
        async with self.acquire(scope) as connection, connection.transaction():
            yield connection


def _array_literal(values: list[str]) -> str:
    quoted = ",".join('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return "{" + quoted + "}"
