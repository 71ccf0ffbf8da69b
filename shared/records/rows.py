"""The records of one household as a department's rules read them."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
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


def in_order(rows: Iterable[Row[BaseModel]]) -> list[Row[BaseModel]]:
    """By business date and then by id."""
    return sorted(rows, key=lambda row: (row.business_date, row.id))


class Records:
    """The current records of one household, by record type."""

    def __init__(self, rows: Mapping[RecordType, Sequence[Row[BaseModel]]]) -> None:
        self._rows = rows

    def of(self, record_type: RecordType[Content]) -> Sequence[Row[Content]]:
        """The rows of a type, by business date and then by id, so that the order is the same each time."""
        return cast("Sequence[Row[Content]]", self._rows.get(record_type, ()))

    def with_rows(self, written: "Iterable[WrittenRow]") -> "Records":
        """These records with others added, or put in the place of their earlier revisions."""
        fresh: dict[RecordType, dict[UUID, Row[BaseModel]]] = {}
        for one in written:
            fresh.setdefault(one.record_type, {})[one.row.id] = one.row
        rows = dict(self._rows)
        for record_type, of_type in fresh.items():
            kept = [row for row in rows.get(record_type, ()) if row.id not in of_type]
            rows[record_type] = in_order([*kept, *of_type.values()])
        return Records(rows)

    def newest(self) -> datetime | None:
        """When the last of them was taken in."""
        return max((row.recorded_at for rows in self._rows.values() for row in rows), default=None)

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._rows.values())


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """A record created or corrected in the transaction under way."""

    household_id: UUID
    record_type: RecordType
    row: Row[BaseModel]


class RecordsCache:
    """The records of households as they were after the computation that bears a stamp.

    A stamp is drawn for each computation and stored with its facts. One that the database still holds says that nothing
    has been recorded since, by this replica or another; that of a transaction rolled back is never found there.
    """

    def __init__(self, capacity_rows: int = 60_000) -> None:
        self._capacity_rows = capacity_rows
        self._rows = 0
        self._held: OrderedDict[UUID, tuple[UUID, Records]] = OrderedDict()

    def get(self, household_id: UUID, stamp: UUID | None) -> Records | None:
        held = self._held.get(household_id)
        if held is None or held[0] != stamp:
            return None
        self._held.move_to_end(household_id)
        return held[1]

    def keep(self, household_id: UUID, stamp: UUID, records: Records) -> None:
        """Hold the newest; those asked for least are dropped when the rows become too many."""
        before = self._held.pop(household_id, None)
        self._rows += len(records) - (len(before[1]) if before is not None else 0)
        self._held[household_id] = (stamp, records)
        while self._rows > self._capacity_rows and len(self._held) > 1:
            _, (_, dropped) = self._held.popitem(last=False)
            self._rows -= len(dropped)
