"""The feed of status changes in this process: one reader of the stream, a short memory, many subscribers."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

import orjson

from shared.database import Scope
from shared.snapshots.events import STATUS_CHANGED, Event
from shared.snapshots.live import LiveEvent, LiveFeed

_SILENCE_SECONDS = 5.0
_DRAIN_LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Change:
    """One `status.changed`; `data` is ready JSON on one line. `gap`: changes before this one are lost for good."""

    sequence: int
    household: str
    version: int
    divisions: tuple[str, ...]
    """Where the household is, and where it was before if that has changed."""
    data: bytes
    gap: bool = False
    farewell: bytes = b""
    """The same for who sees only the place that the household has left: that it has gone, and nothing of where or how
    it stands now."""

    def is_visible(self, scope: Scope) -> bool:
        """Whether a caller of this scope may learn of it; a change without a place is only for those who see all."""
        return any(scope.covers(division) for division in self.divisions) if self.divisions else scope.covers(None)

    def data_for(self, scope: Scope) -> bytes:
        """What a caller to whom it is visible may know of it."""
        return self.farewell if self.farewell and not scope.covers(self.divisions[0]) else self.data


class CacheToTell(Protocol):
    """Who must hear of a change before anybody else (the status cache)."""

    def changed(self, household: str, version: int, *, now: float) -> None: ...
    def forget_all(self) -> None: ...


class Subscription:
    """What one reader has still to be sent, until it is ended: by a reader too slow, or by our own stop."""

    def __init__(self, scope: Scope, *, limit: int, after: int) -> None:
        self.after = after
        """The last change before those that this subscription brings."""
        self.ended = asyncio.Event()
        self.end_reason = ""
        self._scope = scope
        self._limit = limit
        self._waiting: deque[Change] = deque()
        self._arrived = asyncio.Event()

    def offer(self, change: Change) -> None:
        if self.ended.is_set() or not (change.gap or change.is_visible(self._scope)):
            return
        if len(self._waiting) >= self._limit:
            self.end("slow")
        else:
            self._waiting.append(change)
            self._arrived.set()

    def end(self, reason: str) -> None:
        """Nothing more is taken in; what waited is left for the reader's next connection."""
        self.end_reason = reason
        self._waiting.clear()
        self.ended.set()

    @property
    def is_idle(self) -> bool:
        return not self._waiting

    async def take(self) -> list[Change]:
        """Waits for changes and returns all that are there."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        taken = list(self._waiting)
        self._waiting.clear()
        return taken


class Changes:
    """Reads the stream, tells the cache first, keeps the latest `kept` changes, hands on to subscribers."""

    def __init__(
        self, feed: LiveFeed, *, history: Callable[[int], LiveFeed], cache: CacheToTell, kept: int, queue_limit: int
    ) -> None:
        self._feed = feed
        self._history = history
        self._cache = cache
        self._queue_limit = queue_limit
        self._kept: deque[Change] = deque(maxlen=kept)
        self._subscriptions: set[Subscription] = set()

    @property
    def is_live(self) -> bool:
        return self._feed.connected

    @property
    def last_sequence(self) -> int:
        """The place of the last change read; 0 before the feed was first connected."""
        following = self._feed.next_sequence
        return 0 if following is None else following - 1

    @property
    def subscribers(self) -> int:
        return len(self._subscriptions)

    async def run(self) -> None:
        """Reads for ever; the work of a background task."""
        async for live in self._feed.events():
            self._accept(live)

    def subscribe(self, scope: Scope) -> Subscription:
        """Everything after this moment goes to the subscription, until `unsubscribe`."""
        subscription = Subscription(scope, limit=self._queue_limit, after=self.last_sequence)
        self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)

    def end_all(self, reason: str) -> None:
        """Ends every subscription."""
        for subscription in self._subscriptions:
            subscription.end(reason)

    async def end_when(self, is_draining: Callable[[], bool]) -> None:
        """Ends every subscription once the process has been told to stop: a server waits for its open streams."""
        while not is_draining():  # noqa: ASYNC110 - set by a signal handler, which cannot set an event of this loop
            await asyncio.sleep(_DRAIN_LOOK_SECONDS)
        self.end_all("stopping")

    async def between(self, after: int, until: int) -> AsyncIterator[Change]:
        """The changes with `after` < sequence ≤ `until`: from memory, older ones from the stream.

        A first change with `gap` says that some of them are gone. Raises TimeoutError when the stream is silent.
        """
        if after >= until:
            return
        if self._kept and self._kept[0].sequence <= after + 1:
            for kept in [kept for kept in self._kept if after < kept.sequence <= until]:
                yield kept
            return
        history = self._history(after + 1)
        events = history.events()
        try:
            while True:
                live = await _next_within(events, history, until)
                if live is None:
                    yield Change(until, "", 0, (), b"", gap=True)
                    return
                if live.sequence > until:
                    # What was asked for has been dropped from the stream.
                    yield Change(until, "", 0, (), b"", gap=True)
                    return
                change = read_change(live.event, sequence=live.sequence, gap=live.gap)
                if change is not None:
                    yield change
                if live.sequence >= until:
                    return
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()

    def _accept(self, live: LiveEvent) -> None:
        change = read_change(live.event, sequence=live.sequence, gap=live.gap)
        if live.gap:
            self._cache.forget_all()
            self._kept.clear()
        if change is None:
            return
        self._cache.changed(change.household, change.version, now=monotonic())
        if self._kept and self._kept[-1].sequence >= change.sequence:
            # The stream has been made anew and counts from one again.
            self._kept.clear()
        self._kept.append(change)
        for subscription in self._subscriptions:
            subscription.offer(change)


def read_change(event: Event, *, sequence: int, gap: bool) -> Change | None:
    """The change that an event tells of; None for an event of another type."""
    if event.type != STATUS_CHANGED:
        return None
    content = orjson.loads(event.data)
    told: dict[str, object] = content if isinstance(content, dict) else {}
    places = (told.get("division"), told.get("previous_division"))
    same = {"household_id": event.key, "version": event.version, "time": event.time}
    farewell = {
        "code": told.get("code"),
        "division": None,
        "previous_division": places[1],
        "changed": ["place"],
        **same,
    }
    return Change(
        sequence=sequence,
        household=event.key,
        version=event.version,
        divisions=tuple(place for place in places if isinstance(place, str) and place),
        data=orjson.dumps({**told, **same}),
        gap=gap,
        farewell=orjson.dumps(farewell) if all(places) else b"",
    )


async def _next_within(events: AsyncIterator[LiveEvent], history: LiveFeed, until: int) -> LiveEvent | None:
    """The next event of a history; None when nothing up to `until` is left in the stream."""
    pending = asyncio.ensure_future(anext(events))
    try:
        deadline = monotonic() + _SILENCE_SECONDS
        while True:
            done, _ = await asyncio.wait([pending], timeout=0.1)
            if done:
                return pending.result()
            if history.next_sequence is not None and history.next_sequence > until:
                return None
            if monotonic() > deadline:
                raise TimeoutError
    finally:
        if not pending.done():
            pending.cancel()
            await asyncio.wait([pending])
