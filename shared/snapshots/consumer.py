"""The consumer: one durable a service and stream, shared by all replicas (ADR 0002)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shared.snapshots.connection import NatsConnection
from shared.snapshots.events import Event

Handle = Callable[[Sequence[Event]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """Sizes and times of a consumer (seconds)."""

    batch: int = 256
    acknowledge_wait_seconds: float = 10.0
    """After this long without a sign of life the server gives the messages to another replica."""
    max_deliver: int = 5
    """An event whose handling has failed this often becomes a dead letter."""
    max_unanswered: int = 20
    """An event delivered this often without any answer (its handler kills the process) becomes a dead letter."""
    retry_seconds: float = 2.0
    back_off_longest_seconds: float = 5.0
    max_ack_pending: int = 2048


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
        self._nats = nats
        self._stream = stream
        self._durable = durable
        self._subjects = tuple(subjects)
        self._handle = handle
        self._settings = settings or ConsumerSettings()

    async def run(self) -> None:
        """Consume for ever."""
        raise NotImplementedError
