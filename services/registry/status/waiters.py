"""Who waits for a status to contain a version, and how they are woken."""

import asyncio
import contextlib
from collections.abc import Iterable, Iterator
from uuid import UUID


class StatusWaiters:
    """In-process wake-up: whoever commits a status calls `notify`, readers `watch` before they look."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, set[asyncio.Event]] = {}

    @contextlib.contextmanager
    def watch(self, household_id: UUID) -> Iterator[asyncio.Event]:
        """An event that is set by each notification of the household; clear it before each look."""
        event = asyncio.Event()
        self._waiting.setdefault(household_id, set()).add(event)
        try:
            yield event
        finally:
            waiting = self._waiting[household_id]
            waiting.discard(event)
            if not waiting:
                del self._waiting[household_id]

    def notify(self, household_ids: Iterable[UUID]) -> None:
        """Wake those who wait for one of these households; call it after the commit."""
        if not self._waiting:
            return
        for household_id in household_ids:
            for event in self._waiting.get(household_id, ()):
                event.set()
