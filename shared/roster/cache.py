"""Parsed snapshots, kept while their version is the newest."""

from collections import OrderedDict
from uuid import UUID

from shared.roster.models import RosterHousehold


class SnapshotCache:
    """Snapshots by (household, version), the least used dropped first; a version's content never changes."""

    def __init__(self, capacity: int = 20_000) -> None:
        self._capacity = capacity
        self._held: OrderedDict[UUID, RosterHousehold] = OrderedDict()

    def get(self, household_id: UUID, version: int) -> RosterHousehold | None:
        held = self._held.get(household_id)
        if held is None or held.version != version:
            return None
        self._held.move_to_end(household_id)
        return held

    def parse(self, household_id: UUID, version: int, snapshot: str) -> RosterHousehold:
        """The snapshot of this version, parsed unless it is held. Raises pydantic.ValidationError."""
        held = self.get(household_id, version)
        if held is not None:
            return held
        parsed = RosterHousehold.model_validate_json(snapshot)
        self._held[household_id] = parsed
        self._held.move_to_end(household_id)
        if len(self._held) > self._capacity:
            self._held.popitem(last=False)
        return parsed
