"""Publishing again: a service says anew all that it holds, for a consumer that lost or never had it."""

from collections.abc import AsyncIterator

from shared.database import Database, Scope
from shared.snapshots.outbox import OutboxMessage, enqueue

_CHUNK_ROWS = 500
_CHUNK_BYTES = 4 * 1024 * 1024


async def republish(database: Database, messages: AsyncIterator[OutboxMessage]) -> int:
    """Put current snapshots into the outbox, a transaction a chunk; return how many.

    The service gives the iterator: all it holds, or what changed since a moment. Versions are the current ones, so
    consumers that are up to date change nothing.
    """
    count = 0
    chunk: list[OutboxMessage] = []
    size = 0
    async for message in messages:
        chunk.append(message)
        size += len(message.payload)
        if len(chunk) >= _CHUNK_ROWS or size >= _CHUNK_BYTES:
            await _write(database, chunk)
            count, chunk, size = count + len(chunk), [], 0
    await _write(database, chunk)
    return count + len(chunk)


async def _write(database: Database, chunk: list[OutboxMessage]) -> None:
    async with database.transaction(Scope.everything()) as connection:
        await enqueue(connection, chunk)
