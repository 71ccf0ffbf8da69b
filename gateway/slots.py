"""How many requests may be under way at one upstream, and how many may wait for a place."""

import asyncio
from collections import deque


class NoSlotError(Exception):
    """Both the places and the queue are full, or the wait took too long."""


class Slots:
    """Places at one upstream: a slow department fills its own places and nobody else's."""

    __slots__ = ("_active", "_limit", "_queue_limit", "_waiting")

    def __init__(self, limit: int, *, queue_limit: int) -> None:
        self._limit = limit
        self._queue_limit = queue_limit
        self._active = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def active(self) -> int:
        return self._active

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def take_now(self) -> bool:
        """Takes a place if one is free and nobody waits before."""
        if self._active < self._limit and not self._waiting:
            self._active += 1
            return True
        return False

    async def take(self, *, wait_seconds: float) -> None:
        """Waits for a place, first come first served; raises `NoSlotError` when the queue is full or time is over."""
        if self.take_now():
            return
        if len(self._waiting) >= self._queue_limit:
            raise NoSlotError
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(wait_seconds):
                await place
        except BaseException as error:
            # The place may have been handed over in the very moment of the time-out: then it must go on to the next.
            if place.done() and not place.cancelled():
                self.give()
            else:
                place.cancel()
                self._forget(place)
            if isinstance(error, TimeoutError):
                raise NoSlotError from None
            raise

    def give(self) -> None:
        """Returns a place; the one who has waited longest gets it."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._active -= 1

    def _forget(self, place: asyncio.Future[None]) -> None:
        try:
            self._waiting.remove(place)
        except ValueError:
            return
