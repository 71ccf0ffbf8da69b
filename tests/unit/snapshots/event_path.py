"""One service's end of the event path, on real servers, as the tests of this folder use it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import orjson
from nats.js import JetStreamContext
from prometheus_client import REGISTRY
from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.schema import CreateIndex, CreateTable

from shared.clock import SystemClock
from shared.database import Database, Scope
from shared.database.pool import RawConnection
from shared.embedded.nats import EmbeddedNats
from shared.snapshots import (
    FACTS,
    SNAPSHOTS,
    Consumer,
    ConsumerSettings,
    Event,
    NatsConnection,
    OutboxMessage,
    Relay,
    RelaySettings,
    enqueue,
    outbox_message,
    outbox_table,
)

PATIENCE_SECONDS = 20.0
DURABLE = "registry"

RELAY_SETTINGS = RelaySettings(acknowledge_seconds=2.0, back_off_longest_seconds=0.1, measure_seconds=0.05)
CONSUMER_SETTINGS = ConsumerSettings(
    acknowledge_wait_seconds=1.0, max_deliver=3, max_unanswered=5, retry_seconds=0.05, back_off_longest_seconds=0.2
)
"""Times that suit a test."""


def snapshot(
    key: str | None = None, *, version: int = 1, source: str = "health", filler: int = 0, subject: str | None = None
) -> OutboxMessage:
    """A snapshot of a household, ready for the outbox."""
    return outbox_message(
        subject=subject or f"snapshots.{source}",
        source=source,
        type=FACTS,
        key=key or str(uuid4()),
        version=version,
        data=orjson.dumps({"version": version, "filler": "." * filler}),
        time=datetime.now(UTC),
    )


async def make_outbox(owner: RawConnection) -> None:
    """Make the table as a service's migrations do."""
    table, dialect = outbox_table(MetaData()), PGDialect()  # type: ignore[no-untyped-call]  # by SQLAlchemy
    await owner.execute(str(CreateTable(table).compile(dialect=dialect)))
    for index in table.indexes:
        await owner.execute(str(CreateIndex(index).compile(dialect=dialect)))


class Ledger:
    """A receiver as services are: it keeps the highest version of each (source, key), and notes what it was given."""

    def __init__(self) -> None:
        self.versions: dict[tuple[str, str], int] = {}
        self.batches: list[list[Event]] = []
        self.poison: set[str] = set()

    async def handle(self, events: Sequence[Event]) -> None:
        self.batches.append(list(events))
        if any(event.key in self.poison for event in events):
            raise ValueError("poison")
        for event in events:
            slot = (event.source, event.key)
            self.versions[slot] = max(event.version, self.versions.get(slot, 0))

    def knows(self, *messages: OutboxMessage, source: str = "health") -> bool:
        return all(self.versions.get((source, message.key), 0) >= message.version for message in messages)


class EventPath:
    """Database, NATS server and connection of a service; background work started here ends with the test."""

    def __init__(self, database: Database, server: EmbeddedNats, nats: NatsConnection) -> None:
        self.database = database
        self.server = server
        self.nats = nats
        self.ledger = Ledger()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.append(task)
        return task

    async def stop(self) -> None:
        """End all background work; a failure in it fails the test."""
        for task in self._tasks:
            task.cancel()
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result

    # publishing

    def relay(self) -> Relay:
        return Relay(self.database, self.nats, SystemClock(), RELAY_SETTINGS)

    async def commit(self, *messages: OutboxMessage) -> None:
        async with self.database.transaction(Scope.everything()) as connection:
            await enqueue(connection, messages)

    async def rows(self, condition: str = "true") -> int:
        """Rows of the outbox that meet the condition."""
        async with self.database.acquire(Scope.everything()) as connection:
            return int(await connection.fetchval(f"SELECT count(*) FROM outbox WHERE {condition}"))

    async def all_settled(self) -> bool:
        """Whether no row of the outbox waits."""
        return await self.rows("published_at IS NULL AND failed_at IS NULL") == 0

    def metric(self, name: str) -> float:
        return REGISTRY.get_sample_value(name, {"database": self.database.name}) or 0.0

    # the streams

    async def jetstream(self) -> JetStreamContext:
        return await self.nats.jetstream()

    async def publish(self, *messages: OutboxMessage) -> None:
        """Store the messages in their stream, past the outbox, in this order."""
        jetstream = await self.jetstream()
        futures = [await jetstream.publish_async(message.subject, message.payload) for message in messages]
        await asyncio.wait_for(asyncio.gather(*futures), PATIENCE_SECONDS)

    async def stored(self) -> list[Event]:
        """All that the stream of snapshots holds, in its order."""
        jetstream = await self.jetstream()
        state = (await jetstream.stream_info(SNAPSHOTS)).state
        places = range(max(state.first_seq, 1), state.last_seq + 1)
        messages = [await jetstream.get_msg(SNAPSHOTS, seq=place) for place in places]
        return [Event.parse(message.data or b"", sequence=message.seq or 0) for message in messages]

    # consuming

    def consumer(self, handle: Callable[[Sequence[Event]], Awaitable[None]] | None = None) -> Consumer:
        return Consumer(
            self.nats,
            stream=SNAPSHOTS,
            durable=DURABLE,
            subjects=["snapshots.*"],
            handle=handle or self.ledger.handle,
            settings=CONSUMER_SETTINGS,
        )

    async def all_acknowledged(self) -> bool:
        """Whether the consumer owes no answer to any event of the stream."""
        info = await (await self.jetstream()).consumer_info(SNAPSHOTS, DURABLE)
        return (info.num_pending or 0) + (info.num_ack_pending or 0) == 0
