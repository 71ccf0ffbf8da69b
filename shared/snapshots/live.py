"""A live feed of a stream for one process: every event with its place in the stream, and whether the feed is up."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import nats.errors
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.snapshots.connection import NatsConnection
from shared.snapshots.events import Event, MalformedEvent
from shared.snapshots.pull import Puller
from shared.snapshots.streams import STATUS

_logger = logging.getLogger(__name__)

_BATCH = 512
_HEARTBEAT_SECONDS = 1.0
_SILENCE_SECONDS = 3.0
_FORGOTTEN_AFTER_SECONDS = 30.0
_RETRY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """An event and its place in the stream. `gap`: events before it are gone for good; forget what you knew."""

    sequence: int
    event: Event
    gap: bool


class LiveFeed:
    """Events of a stream as they are stored, resumed by sequence after any break; nothing is acknowledged.

    A cache fed by this feed may be served from only while `connected` is true, and must be emptied whenever `breaks`
    has grown, unless it was filled entirely by the feed itself.
    """

    def __init__(self, nats: NatsConnection, *, stream: str = STATUS, start_sequence: int | None = None) -> None:
        """Start with the event at `start_sequence`, or with what is stored from now on when None."""
        self._nats = nats
        self._stream = stream
        self._next = start_sequence
        self._gap = False
        self._behind = 0
        self._puller: Puller | None = None
        self.breaks = 0
        """How often the feed has been interrupted."""

    @property
    def connected(self) -> bool:
        """Whether all that was stored before the last (re)connection has been dealt with and the server is heard."""
        puller = self._puller
        return (
            puller is not None
            and self._behind <= 0
            and self._nats.connected
            and time.monotonic() - puller.last_heard < _SILENCE_SECONDS
        )

    @property
    def next_sequence(self) -> int | None:
        """The place in the stream of the next event to come; None before the first connection."""
        return self._next

    async def events(self) -> AsyncIterator[LiveEvent]:
        """Yield every event, for ever; while NATS is away, wait."""
        while True:
            try:
                async for event in self._connection():
                    yield event
            except (OSError, nats.errors.Error) as error:
                _logger.warning("live feed of %s interrupted: %s", self._stream, error)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _connection(self) -> AsyncIterator[LiveEvent]:
        """Yield until the connection breaks."""
        jetstream = await self._nats.jetstream()
        consumer = await self._make_consumer(jetstream)
        puller = await Puller.open(
            self._nats.client_now(),
            stream=self._stream,
            consumer=consumer,
            batch=_BATCH,
            heartbeat_seconds=_HEARTBEAT_SECONDS,
        )
        self._puller = puller
        try:
            while True:
                for message in await puller.take():
                    sequence = message.metadata.sequence.stream
                    gap = self._gap or sequence != self._next
                    self._next = sequence + 1
                    self._gap = False
                    try:
                        event = Event.parse(message.data, sequence=sequence)
                    except MalformedEvent as error:
                        _logger.error("malformed event %d of %s: %s", sequence, self._stream, error)
                        self._gap = gap
                    else:
                        yield LiveEvent(sequence=sequence, event=event, gap=gap)
                    # Counted when the receiver comes back for more: only then has it dealt with the event.
                    self._behind -= 1
        finally:
            self._puller = None
            self.breaks += 1
            await puller.close()

    async def _make_consumer(self, jetstream: JetStreamContext) -> str:
        """A consumer that the server keeps in memory and forgets soon after this process has gone."""
        state = (await jetstream.stream_info(self._stream)).state
        if self._next is None:
            self._next = state.last_seq + 1
        elif not state.first_seq <= self._next <= state.last_seq + 1:
            # Too old: the stream has dropped the next one. Or too new: the stream was made anew and counts from one.
            self._gap = True
            self._next = state.first_seq
        info = await jetstream.add_consumer(
            self._stream,
            ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=max(self._next, 1),
                ack_policy=AckPolicy.NONE,
                inactive_threshold=_FORGOTTEN_AFTER_SECONDS,
                mem_storage=True,
                num_replicas=1,
            ),
        )
        self._next = max(self._next, 1)
        self._behind = info.num_pending or 0
        return info.name
