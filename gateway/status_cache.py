"""The latest statuses as ready bytes, never older than the last `status.changed` that came in for their household.

Three things keep that promise:

- an entry is dropped when an event names another version of its household;
- a fill under way when an event comes in is not stored, unless it brought at least the version of that event;
- while the feed is down, and after any gap in it, nothing is served and nothing is stored.

All methods are synchronous and run in the event loop: no state can change between a check and its use.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

ENTRY_OVERHEAD_BYTES = 1024
"""What an entry costs besides its body: keys, headers, bookkeeping."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One ready answer: the body of one variant (view and language) of a household's status."""

    body: bytes
    etag: bytes
    division: str
    version: int
    sources: Mapping[str, int]
    """The version of each source that the status contains."""
    headers: tuple[tuple[bytes, bytes], ...]
    """All headers that do not depend on the request, the length among them."""
    day: date
    """The day in China on which the ages in the body were counted."""
    stored_at: float

    def satisfies(self, at_least: Mapping[str, int]) -> bool:
        """Whether the status contains these versions of these sources."""
        return all(self.sources.get(source, -1) >= version for source, version in at_least.items())


class Fill:
    """One reading of a status from the registry: from before it is asked until its answer is stored or thrown away."""

    __slots__ = ("day", "epoch", "household", "newest_event", "started_at")

    def __init__(self, household: str, *, epoch: int, day: date, started_at: float) -> None:
        self.household = household
        self.epoch = epoch
        self.day = day
        self.started_at = started_at
        self.newest_event = -1


@dataclass(slots=True)
class _Known:
    version: int
    received_at: float


class StatusCache:
    """`max_bytes` of entries, the household unused for longest dropped first; `max_age` in seconds is a second belt.

    `settle_seconds`: how long after an event an older answer of the registry counts as not yet caught up. Later than
    that the registry is believed, since it owns the status (its history may have been rebuilt with new versions).
    """

    def __init__(self, *, max_bytes: int, max_age: float, max_known: int, settle_seconds: float) -> None:
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._max_known = max_known
        self._settle_seconds = settle_seconds
        self._households: OrderedDict[str, dict[str, Entry]] = OrderedDict()
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._fills: dict[str, set[Fill]] = {}
        self._epoch = 0
        self._bytes = 0
        self._serving = False
        self._breaks = -1

    @property
    def households(self) -> int:
        return len(self._households)

    def get(self, household: str, variant: str, *, today: date, now: float) -> Entry | None:
        """The ready answer, if there is one that may still be given."""
        if not self._serving:
            return None
        variants = self._households.get(household)
        if variants is None:
            return None
        entry = variants.get(variant)
        if entry is None:
            return None
        if entry.day != today or now - entry.stored_at > self._max_age:
            self._drop(household)
            return None
        self._households.move_to_end(household)
        return entry

    def begin(self, household: str, *, today: date, now: float) -> Fill:
        """Called before the registry is asked; the fill must be ended by `end`."""
        fill = Fill(household, epoch=self._epoch, day=today, started_at=now)
        self._fills.setdefault(household, set()).add(fill)
        return fill

    def end(self, fill: Fill) -> None:
        fills = self._fills.get(fill.household)
        if fills is not None:
            fills.discard(fill)
            if not fills:
                del self._fills[fill.household]

    def is_behind(self, fill: Fill, version: int) -> bool:
        """Whether the answer is older than what the feed has told: then it may neither be stored nor given out."""
        if version < fill.newest_event:
            return True
        known = self._known.get(fill.household)
        if known is None or version >= known.version:
            return False
        return fill.started_at - known.received_at < self._settle_seconds

    def store(self, fill: Fill, variant: str, entry: Entry, *, today: date) -> bool:
        """Keeps the answer unless something has happened since it was asked for; says whether it was kept."""
        if not self._serving or fill.epoch != self._epoch or entry.day != today or self.is_behind(fill, entry.version):
            return False
        variants = self._households.get(fill.household)
        if variants is not None and any(other.version > entry.version for other in variants.values()):
            return False
        size = _size(entry)
        if size > self._max_bytes:
            return False
        if variants is not None and any(other.version < entry.version for other in variants.values()):
            self._drop(fill.household)
            variants = None
        if variants is None:
            variants = self._households[fill.household] = {}
        previous = variants.get(variant)
        if previous is not None:
            self._bytes -= _size(previous)
        variants[variant] = entry
        self._bytes += size
        self._households.move_to_end(fill.household)
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._households)))
        return True

    def changed(self, household: str, version: int, *, now: float) -> None:
        """An event of the feed: this household's status has this version now."""
        self._known[household] = _Known(version, now)
        self._known.move_to_end(household)
        if len(self._known) > self._max_known:
            self._known.popitem(last=False)
        for fill in self._fills.get(household, ()):
            fill.newest_event = max(fill.newest_event, version)
        variants = self._households.get(household)
        if variants is not None and any(entry.version != version for entry in variants.values()):
            self._drop(household)

    def follow(self, *, connected: bool, breaks: int) -> bool:
        """Told before every use how the feed stands; says whether the cache may be used.

        `breaks` counts how often the feed has fallen: when it has since the last call, what was kept is not trusted.
        """
        if connected and self._serving and breaks == self._breaks:
            return True
        if connected != self._serving or breaks != self._breaks:
            self.forget_all()
            self._serving, self._breaks = connected, breaks
        return connected

    def forget_all(self) -> None:
        """Empties the cache (events have been lost, or the feed is down); fills under way are not stored."""
        self._epoch += 1
        self._households.clear()
        self._known.clear()
        self._bytes = 0

    def _drop(self, household: str) -> None:
        for entry in self._households.pop(household, {}).values():
            self._bytes -= _size(entry)


def _size(entry: Entry) -> int:
    return len(entry.body) + ENTRY_OVERHEAD_BYTES
