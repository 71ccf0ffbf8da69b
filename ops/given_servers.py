"""Servers given by URL are asked at the start: a wrong address or password is named, not waited for."""

import asyncio
import contextlib
from urllib.parse import urlsplit

import asyncpg
import nats
import nats.errors
import nats.js.errors

from shared.embedded import StartError
from shared.embedded.databases import wait_for_server

PATIENCE_SECONDS = 30.0
"""They may be starting beside us."""
CONNECT_SECONDS = 5


def check_postgres(url: str) -> None:
    """Return when the server lets us in; raises StartError."""
    try:
        asyncio.run(wait_for_server(url, patience=PATIENCE_SECONDS))
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        raise StartError(f"PostgreSQL at {_place(url)} (YIHU_DATABASE_URL): {_why(failure)}") from None


def check_nats(url: str) -> None:
    """Return when the server lets us in and has JetStream; raises StartError."""
    try:
        asyncio.run(_ask_nats(url))
    except (OSError, ValueError, nats.errors.Error) as failure:
        raise StartError(f"NATS at {_place(url)} (YIHU_NATS_URL): {_why(failure)}") from None


async def _ask_nats(url: str) -> None:
    reasons: list[Exception] = []

    async def note(error: Exception) -> None:
        reasons.append(error)

    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            client = await nats.connect(url, error_cb=note, connect_timeout=CONNECT_SECONDS, max_reconnect_attempts=5)
            try:
                # A user that may not ask this hears nothing, and may well have the rights it needs.
                with contextlib.suppress(TimeoutError):
                    await client.jetstream(timeout=CONNECT_SECONDS).account_info()
            finally:
                await client.close()
    except nats.js.errors.ServiceUnavailableError:
        raise ValueError("it runs without JetStream") from None
    except (TimeoutError, nats.errors.NoServersError):
        # The client's own word is "no servers"; what it met comes through the callback. The server's word goes before a
        # broken line, which is all that is seen of a refusal where the server hangs up first.
        said = [one for one in reasons if isinstance(one, nats.errors.Error)]
        raise [TimeoutError(), *reasons, *said][-1] from None


def _place(url: str) -> str:
    """Host and port, without user and password."""
    return urlsplit(url).netloc.rpartition("@")[2] or repr(url)


def _why(failure: Exception) -> str:
    return str(failure) or type(failure).__name__
