"""The records of those who are members of the household now, as a department's rules read them."""

from collections.abc import Iterable
from typing import Protocol, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel

from shared.records.declaration import RecordType
from shared.records.rows import Records
from shared.roster.models import RosterHousehold

Content = TypeVar("Content", bound=BaseModel)
Known_co = TypeVar("Known_co", bound=BaseModel, covariant=True)


class Held(Protocol[Known_co]):
    """One current record of a present member: `shared.records.Row` of a record type whose subject is a member."""

    @property
    def id(self) -> UUID: ...
    @property
    def member_id(self) -> UUID: ...
    @property
    def content(self) -> Known_co: ...


class PresentRecords:
    """Records of the household's present members; what belongs to those who left is not among them."""

    def __init__(self, records: Records, household: RosterHousehold) -> None:
        self._records = records
        self._members = frozenset(member.member_id for member in household.members)

    def of(self, record_type: RecordType[Content]) -> list[Held[Content]]:
        """The rows of a type about a member, by business date and then by id."""
        rows = self._records.of(record_type)
        if not rows:
            return []
        return cast("list[Held[Content]]", [row for row in rows if row.member_id in self._members])


def by_member(rows: Iterable[Held[Content]]) -> dict[UUID, list[Held[Content]]]:
    """The rows of each member, in the order they come in."""
    found: dict[UUID, list[Held[Content]]] = {}
    for row in rows:
        found.setdefault(row.member_id, []).append(row)
    return found
