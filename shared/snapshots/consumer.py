"""The consumer: one durable a service and stream, shared by all replicas (ADR 0002)."""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

import nats.errors
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.cancellation import end
from shared.snapshots import metrics
from shared.snapshots.connection import NatsConnection
from shared.snapshots.deadletters import bury
from shared.snapshots.events import Event, MalformedEvent, newest
from shared.snapshots.outages import is_certain_outage, is_outage
from shared.snapshots.pace import GATHERED, Pace
from shared.snapshots.pull import Puller
from shared.snapshots.streams import source_of

_logger = logging.getLogger(__name__)

Handle = Callable[[Sequence[Event]], Awaitable[None]]
"""Takes events, commits its own transaction, and returns; whatever it raises, it has changed nothing.

Raising MalformedEvent says that an event's data can never be understood: that event is set aside without a retry.
"""

_LOOK_AGAIN_SECONDS = 0.2
_BACK_OFF_SECONDS = 0.1
_DOUBTFUL_ATTEMPTS = 3
_TOGETHER_DELIVERIES = 3
"""Up to this many deliveries an event is handled with others; one that came more often may be what ends the process."""
UNANSWERED = "Unanswered"
"""The error of an event whose handler never came back: it ended the process each time."""


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """Sizes and times of a consumer (seconds)."""

    batch: int = 256
    acknowledge_wait_seconds: float = 5.0
    """After this long without a sign of life the server gives the messages to another replica."""
    max_deliver: int = 5
    """An event whose handling has failed this often becomes a dead letter."""
    max_unanswered: int = 20
    """An event delivered this often without any answer becomes a dead letter unseen."""
    retry_seconds: float = 2.0
    """Before an event whose handling failed is tried again."""
    back_off_longest_seconds: float = 5.0
    max_ack_pending: int = 2048
    pace: Pace = GATHERED
    """The time between the handling of two batches that are not full."""


class _Delivery(NamedTuple):
    message: Msg
    event: Event


class Consumer:
    """Hands batches of the newest events to `handle`, and acknowledges them once it has committed and returned."""

    def __init__(
        self,
        nats: NatsConnection,
        *,
        stream: str,
        durable: str,
        subjects: Sequence[str],
        handle: Handle,
        settings: ConsumerSettings | None = None,
    ) -> None:
        """`durable` names the place in the stream that all replicas share, by the service: `registry`, `health`."""
        self._nats = nats
        self._stream = stream
        self._durable = durable
        self._subjects = tuple(subjects)
        self._handle = handle
        self._settings = settings or ConsumerSettings()

    async def run(self) -> None:
        """Consume for ever, through every loss of NATS or of the database."""
        pause = _BACK_OFF_SECONDS
        while True:
            started = time.monotonic()
            try:
                await self._consume(await self._nats.jetstream())
            except (OSError, nats.errors.Error) as error:
                _logger.warning("consumer %s interrupted: %s", self._durable, error)
            went_well = time.monotonic() - started > self._settings.back_off_longest_seconds
            pause = _BACK_OFF_SECONDS if went_well else min(pause * 2, self._settings.back_off_longest_seconds)
            await asyncio.sleep(pause)

    async def untaken(self) -> int:
        """How many events of the stream nobody has dealt with yet. Waits for the connection, and for the consumer to be
        made. Raises nats.errors.Error."""
        while True:
            # The list, not the one: it is what services may ask for.
            consumers = await (await self._nats.jetstream()).consumers_info(self._stream)
            for one in consumers:
                if one.name == self._durable:
                    return (one.num_pending or 0) + (one.num_ack_pending or 0)
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _consume(self, jetstream: JetStreamContext) -> None:
        await jetstream.add_consumer(self._stream, self._configuration())
        client = self._nats.client_now()
        puller = await Puller.open(client, stream=self._stream, consumer=self._durable, batch=self._settings.batch)
        messages: list[Msg] = []
        try:
            loop = asyncio.get_running_loop()
            while True:
                messages = await puller.take()
                began = loop.time()
                metrics.CONSUMER_PENDING.labels(self._durable).set(messages[-1].metadata.num_pending)
                async with self._signs_of_life(messages, puller):
                    await self._process(jetstream, messages)
                if len(messages) < self._settings.batch:
                    # The first event after a rest is handled at once; a stream of them is handled together.
                    await asyncio.sleep(began + self._settings.pace.seconds(loop.time() - began) - loop.time())
        finally:
            await self._give_back([*messages, *puller.waiting])
            await puller.close()

    async def _give_back(self, messages: Sequence[Msg]) -> None:
        """Hand what was not dealt with to another replica at once, when this one stops."""
        with contextlib.suppress(nats.errors.Error):
            for message in messages:
                if not message.is_acked:
                    await message.nak()

    def _configuration(self) -> ConsumerConfig:
        settings = self._settings
        return ConsumerConfig(
            name=self._durable,
            durable_name=self._durable,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=settings.acknowledge_wait_seconds,
            # No limit at the server: a limit there would drop the event silently; this class counts and buries.
            max_deliver=-1,
            max_ack_pending=settings.max_ack_pending,
            # A single one stands in the request's own subject, where NATS can hold a service to it.
            filter_subject=self._subjects[0] if len(self._subjects) == 1 else None,
            filter_subjects=list(self._subjects) if len(self._subjects) > 1 else None,
        )

    async def _process(self, jetstream: JetStreamContext, messages: Sequence[Msg]) -> None:
        """Deal with every message: handled and acknowledged, given back for later, or buried."""
        deliveries: list[_Delivery] = []
        for message in messages:
            if message.metadata.num_delivered > self._settings.max_unanswered:
                await self._bury(jetstream, message, UNANSWERED)
                continue
            try:
                event = _read(message)
            except MalformedEvent as error:
                await self._bury(jetstream, message, type(error).__name__)
                continue
            deliveries.append(_Delivery(message, event))
        together = [each for each in deliveries if each.message.metadata.num_delivered <= _TOGETHER_DELIVERIES]
        alone = [each for each in deliveries if each.message.metadata.num_delivered > _TOGETHER_DELIVERIES]
        if together and not await self._handled_together(together):
            alone.extend(together)
        # In no fixed order: should one of them end the process, half of the others get done before it each time.
        for delivery in random.sample(alone, len(alone)):
            await self._handle_alone(jetstream, delivery)

    async def _handled_together(self, deliveries: Sequence[_Delivery]) -> bool:
        events = newest([delivery.event for delivery in deliveries])
        error = await self._attempt(events)
        if error is not None:
            return False
        metrics.CONSUMER_SUPERSEDED.labels(self._durable).inc(len(deliveries) - len(events))
        for delivery in deliveries:
            await delivery.message.ack()
        return True

    async def _handle_alone(self, jetstream: JetStreamContext, delivery: _Delivery) -> None:
        error = await self._attempt([delivery.event])
        if error is None:
            await delivery.message.ack()
        elif isinstance(error, MalformedEvent) or delivery.message.metadata.num_delivered >= self._settings.max_deliver:
            await self._bury(jetstream, delivery.message, type(error).__name__)
        else:
            await delivery.message.nak(delay=self._settings.retry_seconds)

    async def _attempt(self, events: Sequence[Event]) -> Exception | None:
        """Handle the events; wait out an outage here, holding them; return the error when it lies in the events."""
        pause, doubtful = _BACK_OFF_SECONDS, 0
        while True:
            try:
                with metrics.CONSUMER_SECONDS.labels(self._durable).time():
                    await self._handle(events)
            except Exception as error:  # noqa: BLE001 - the handler's errors are what is sorted here
                metrics.CONSUMER_ERRORS.labels(self._durable, type(error).__name__).inc()
                doubtful += not is_certain_outage(error)
                if not is_outage(error) or doubtful >= _DOUBTFUL_ATTEMPTS:
                    # The class alone: an error's text may quote the row, and with it personal data.
                    _logger.error("consumer %s: %s handling %d", self._durable, type(error).__name__, len(events))
                    return error
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._settings.back_off_longest_seconds)
            else:
                metrics.CONSUMER_BATCHES.labels(self._durable).inc()
                metrics.CONSUMER_EVENTS.labels(self._durable).inc(len(events))
                return None

    async def _bury(self, jetstream: JetStreamContext, message: Msg, error: str) -> None:
        await bury(jetstream, message, consumer=self._durable, error=error)
        await message.term()
        metrics.CONSUMER_DEAD.labels(self._durable, error).inc()
        _logger.error("consumer %s: dead letter %d (%s)", self._durable, message.metadata.sequence.stream, error)

    @asynccontextmanager
    async def _signs_of_life(self, messages: Sequence[Msg], puller: Puller) -> AsyncIterator[None]:
        """Tell the server now and then that what is held here is still worked on."""

        async def tell() -> None:
            while True:
                await asyncio.sleep(self._settings.acknowledge_wait_seconds / 3)
                for message in (*messages, *puller.waiting):
                    if not message.is_acked:
                        await message.in_progress()

        task = asyncio.create_task(tell())
        try:
            yield
        finally:
            await end([task])


def _read(message: Msg) -> Event:
    """The event. Raises MalformedEvent, also for one that speaks in another service's name."""
    event = Event.parse(message.data, sequence=message.metadata.sequence.stream)
    if source_of(message.subject) not in (None, event.source):
        raise MalformedEvent("the source is not the one whose subject this is")
    return event
