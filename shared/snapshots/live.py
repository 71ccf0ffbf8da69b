"""A live feed of a stream for one process: every event with its place in the stream, and whether the feed is up."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from shared.snapshots.connection import NatsConnection
from shared.snapshots.events import Event


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """An event and its place in the stream. `gap`: events before it are gone for good; forget what you knew."""

    sequence: int
    event: Event
    gap: bool


class LiveFeed:
    """Events of a stream as they are stored, resumed by sequence after any break; nothing is acknowledged.

    `connected` is true only while everything stored before the last (re)connection has been yielded and the server is
    heard from: a cache fed by this feed must not be served from while it is false. `breaks` counts how often it fell.
    """

    def __init__(
        self,
        nats: NatsConnection,
        *,
        stream: str = "STATUS",
        start_sequence: int | None = None,
    ) -> None:
        """Start at `start_sequence` (first one yielded), or with what is stored from now on when None."""
        self._nats = nats
        self._stream = stream
        self._next = start_sequence
        self.connected = False
        self.breaks = 0

    def events(self) -> AsyncIterator[LiveEvent]:
        """Yield for ever; ends only when the connection is closed by its owner."""
        raise NotImplementedError
