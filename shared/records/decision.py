"""Decide, in memory, what becomes of each row: created, corrected, unchanged or refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from pydantic import BaseModel

from shared.clock import Clock
from shared.database import uuid7
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.records.checking import breach
from shared.records.commands import Accepted, Command, Outcome, Refused
from shared.records.declaration import RecordType
from shared.records.resolution import (
    Ambiguous,
    Misnamed,
    Resolution,
    Resolved,
    reference_bytes,
    refusal_of,
    unmatched_hash,
    waiting_key,
)
from shared.records.rows import Row, WrittenRow
from shared.records.schemas import HistoryAction, RecordState
from shared.records.subjects import Subject
from shared.roster.models import RosterHousehold
from shared.service.problems import OutOfArea, PreconditionFailed


class AlreadyRecorded(PreconditionFailed):
    """If-None-Match: * asked to create only, and the natural key has its record."""

    code = "already-recorded"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record belongs; all None while its subject is not known."""

    member_id: UUID | None = None
    household_id: UUID | None = None
    division: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A row that passed its rules, with the natural key by which its current record is found."""

    command: Command
    place: Place
    natural_key: str
    content: dict[str, object]
    hash: str | None


@dataclass(frozen=True, slots=True)
class CurrentRecord:
    """The record that a natural key stands for now."""

    id: UUID
    revision: int
    content: dict[str, object]
    recorded_at: datetime
    recorded_by: str
    source_system: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One change to store: the whole row as it will be, and its line of history."""

    record_type: RecordType
    row: dict[str, object]
    action: HistoryAction
    before: dict[str, object] | None
    after: dict[str, object] | None
    principal: str
    source_system: str
    request_id: str | None
    place: Place
    record: BaseModel
    recorded_at: datetime
    reason: str | None = None

    def written(self) -> WrittenRow | None:
        """The row as a department's rules read it; None while its household is not known."""
        if self.place.household_id is None:
            return None
        row: Row[BaseModel] = Row(
            id=UUID(str(self.row["id"])),
            member_id=self.place.member_id,
            revision=int(str(self.row["revision"])),
            recorded_at=self.recorded_at,
            business_date=self.record_type.business_day(self.record),
            # Kept in memory for the next computation: without the reference, which may hold an ID number.
            content=self.record_type.business_part(self.record),
        )
        return WrittenRow(self.place.household_id, self.record_type, row)


class Decider:
    """Decides the rows of one transaction; `households` are those locked for it."""

    def __init__(
        self, *, vault: Vault, policies: PolicyStore, clock: Clock, households: Mapping[UUID, RosterHousehold]
    ) -> None:
        self._vault = vault
        self._policies = policies
        self._now = clock.now()
        self._today = clock.today()
        self._households = households

    def prepare(self, command: Command, resolution: Resolution) -> Prepared | Refused:
        """Find the row's place, apply area and row rules. A person the roster does not know is no refusal."""
        if isinstance(resolution, Ambiguous | Misnamed):
            return Refused(refusal_of(resolution, command.principal))
        place, subject_key, waiting = self._place(command, resolution)
        if place.division is not None and not command.principal.covers(place.division):
            return Refused(OutOfArea())
        refusal = breach(
            command.record_type,
            command.record,
            household=self._households.get(place.household_id) if place.household_id else None,
            member_id=place.member_id,
            division=place.division,
            policy=self._policies.current,
            today=self._today,
        )
        if refusal is not None:
            return Refused(refusal)
        content = command.record_type.content(command.record)
        return Prepared(
            command=command,
            place=place,
            natural_key=command.record_type.key_of(content, subject_key),
            content=content,
            hash=waiting,
        )

    def decide(
        self,
        prepared: Prepared,
        current: dict[tuple[RecordType, str], CurrentRecord],
        decisions: list[Decision],
    ) -> Outcome:
        """Create, correct or leave the current record; `current` is kept up to date for the rows that follow."""
        command, record_type = prepared.command, prepared.command.record_type
        key = (record_type, prepared.natural_key)
        held = current.get(key)
        if command.only_create and held is not None:
            return Refused(AlreadyRecorded(params={"revision": held.revision}))
        if command.only_correct and (held is None or command.expected_revision not in (None, held.revision)):
            return Refused(PreconditionFailed(params={"revision": held.revision if held else 0}))
        if held is not None and held.content == prepared.content:
            return self._accepted(200, held, prepared, changed=False)
        becomes = CurrentRecord(
            id=held.id if held else uuid7(),
            revision=held.revision + 1 if held else 1,
            content=prepared.content,
            recorded_at=self._now,
            recorded_by=command.principal.subject,
            source_system=command.principal.source_system,
        )
        current[key] = becomes
        decisions.append(
            Decision(
                record_type=record_type,
                row=self._row(prepared, becomes),
                action=HistoryAction.CORRECT if held else HistoryAction.CREATE,
                before=held.content if held else None,
                after=prepared.content,
                principal=becomes.recorded_by,
                source_system=becomes.source_system,
                request_id=command.request_id,
                place=prepared.place,
                record=command.record,
                recorded_at=becomes.recorded_at,
            )
        )
        return self._accepted(200 if held else 201, becomes, prepared, changed=True)

    def _place(self, command: Command, resolution: Resolution) -> tuple[Place, str, str | None]:
        """The place, the subject's part of the natural key, and the key to wait under when the place is not known."""
        reference = command.record.reference()
        if command.record_type.subject is Subject.VILLAGE:
            return Place(division=reference.division), f"v:{reference.division}", None
        if isinstance(resolution, Resolved):
            place = Place(resolution.member_id, resolution.household_id, resolution.division)
            return place, subject_key(resolution), None
        subject = command.record_type.subject
        key = waiting_key(reference, subject, command.principal.subject, self._vault)
        return Place(), key, unmatched_hash(reference, subject, self._vault)

    def _row(self, prepared: Prepared, record: CurrentRecord) -> dict[str, object]:
        reference = prepared.command.record.reference()
        waiting = prepared.hash is not None
        return {
            "id": str(record.id),
            "member_id": _text(prepared.place.member_id),
            "household_id": _text(prepared.place.household_id),
            "division": prepared.place.division,
            "natural_key": prepared.natural_key,
            "unmatched": _hex(reference_bytes(reference, prepared.command.principal, self._vault)) if waiting else None,
            "unmatched_hash": prepared.hash,
            "revision": record.revision,
            "recorded_at": record.recorded_at.isoformat(),
            "recorded_by": record.recorded_by,
            "source_system": record.source_system,
            "voided_at": None,
            "void_reason": None,
            **record.content,
        }

    def _document(self, prepared: Prepared, record: CurrentRecord) -> dict[str, object]:
        return {
            "id": str(record.id),
            "record_type": prepared.command.record_type.name,
            "state": RecordState.UNMATCHED if prepared.hash is not None else RecordState.MATCHED,
            "member_id": _text(prepared.place.member_id),
            "household_id": _text(prepared.place.household_id),
            "division": prepared.place.division,
            "business_date": record.content[prepared.command.record_type.business_date],
            "revision": record.revision,
            "recorded_at": record.recorded_at.isoformat(),
            "recorded_by": record.recorded_by,
            "source_system": record.source_system,
            "voided_at": None,
            "void_reason": None,
            **record.content,
        }

    def _accepted(self, status: int, record: CurrentRecord, prepared: Prepared, *, changed: bool) -> Accepted:
        return Accepted(
            status=status,
            id=record.id,
            revision=record.revision,
            state=RecordState.UNMATCHED if prepared.hash is not None else RecordState.MATCHED,
            household_id=prepared.place.household_id,
            document=partial(self._document, prepared, record),
            changed=changed,
        )


def subject_key(subject: Resolved) -> str:
    """The subject's part of a natural key."""
    return f"m:{subject.member_id}" if subject.member_id is not None else f"h:{subject.household_id}"


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _hex(value: bytes) -> str:
    """Bytes as PostgreSQL reads them from text."""
    return "\\x" + value.hex()
