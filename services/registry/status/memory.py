"""What has been read and parsed before, so that an event parses only what is new."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from services.registry.status.home import Home
from services.registry.status.said import Said

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class Stamp(NamedTuple):
    """Which writing of a row: its version and the transaction that wrote it (`xmin`).

    A version alone is not enough. A transaction that was rolled back may have shown its rows to this process, and the
    next one may give the same version to other content.
    """

    version: int
    transaction: int


class Kind(Generic[Key, Kept]):
    """Values by key and stamp, the least used dropped first."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._held: OrderedDict[Key, tuple[Stamp, Kept]] = OrderedDict()

    def get(self, key: Key, stamp: Stamp) -> Kept | None:
        held = self._held.get(key)
        if held is None or held[0] != stamp:
            return None
        self._held.move_to_end(key)
        return held[1]

    def put(self, key: Key, stamp: Stamp, value: Kept) -> None:
        self._held[key] = (stamp, value)
        self._held.move_to_end(key)
        if len(self._held) > self._capacity:
            self._held.popitem(last=False)


class Memory:
    """Of one process. Some 10 kB a household, so the capacities bound it to a few hundred megabytes."""

    def __init__(self, households: int = 10_000, departments: int = 6) -> None:
        self.homes: Kind[UUID, Home] = Kind(households)
        self.said: Kind[tuple[UUID, str], Said] = Kind(households * departments)
