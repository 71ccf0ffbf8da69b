"""The records of one household as a department's rules read them."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, cast
from uuid import UUID

from pydantic import BaseModel

from shared.records.declaration import Content, RecordType


@dataclass(frozen=True, slots=True)
class Row(Generic[Content]):
    """One current record: its business fields as the declared schema, and the record's own."""

    id: UUID
    member_id: UUID | None
    revision: int
    recorded_at: datetime
    business_date: date
    content: Content


class Records:
    """The current records of one household, by record type."""

    def __init__(self, rows: Mapping[RecordType, Sequence[Row[BaseModel]]]) -> None:
        self._rows = rows

    def of(self, record_type: RecordType[Content]) -> Sequence[Row[Content]]:
        """The rows of a type, by business date and then by id, so that the order is the same each time."""
        return cast(Sequence[Row[Content]], self._rows.get(record_type, ()))

    def __bool__(self) -> bool:
        return any(self._rows.values())


class RowCache:
    """Parsed rows by record and revision, the least used dropped first; a revision's content never changes."""

    def __init__(self, capacity: int = 100_000) -> None:
        self._capacity = capacity
        self._held: OrderedDict[UUID, Row[BaseModel]] = OrderedDict()

    def get(self, record_id: UUID, revision: int) -> Row[BaseModel] | None:
        held = self._held.get(record_id)
        if held is None or held.revision != revision:
            return None
        self._held.move_to_end(record_id)
        return held

    def keep(self, row: Row[BaseModel]) -> None:
        self._held[row.id] = row
        if len(self._held) > self._capacity:
            self._held.popitem(last=False)
