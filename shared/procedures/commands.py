"""A step that somebody asks for, and the step as it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import orjson

from shared.pii import Vault
from shared.procedures.declaration import Kind, Procedure, Step
from shared.procedures.evidence import DecisionOnObjection, OnBehalfOf, StepFields, mask_of
from shared.records.commands import Command

Taker = tuple[str, str]
"""Who took a step: the principal; or, when a system recorded it, the official whom it named."""


def taker(principal: str, official: str | None) -> Taker:
    """A name counts as written without spaces: 王 强 is 王强."""
    return (principal, "") if official is None else ("", "".join(official.split()))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StepCommand(Command):
    """One step to take. `record` is its checked form; `case_id` is None at an opening."""

    record: StepFields
    procedure: Procedure
    step: Step
    case_id: UUID | None = None

    @property
    def taken_on(self) -> date:
        return self.record.taken_on

    @property
    def on_behalf_of(self) -> OnBehalfOf | None:
        return self.record.on_behalf_of

    @property
    def taker(self) -> Taker:
        behalf = self.on_behalf_of
        return taker(self.principal.subject, None if behalf is None else behalf.official)

    @property
    def decides(self) -> UUID | None:
        """The objection that the step decides."""
        return self.record.objection_id if isinstance(self.record, DecisionOnObjection) else None


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step that was taken on the day `recorded_on`, a row of `procedure_step` to be."""

    id: UUID
    command: StepCommand
    case_id: UUID
    revision: int
    before: Mapping[str, object]
    after: Mapping[str, object]
    at: datetime
    recorded_on: date

    @property
    def back_dated(self) -> bool:
        """Whether it ended a posting that, as recorded here, was up for fewer days than it had to be."""
        ready = self.before.get("ready_on")
        if ready is None or self.command.step.during_posting:
            return False
        since, seen = (date.fromisoformat(str(self.before[name])) for name in ("stage_since", "stage_recorded_on"))
        return self.recorded_on - seen < date.fromisoformat(str(ready)) - since

    def row(self, vault: Vault) -> dict[str, object]:
        """The row as JSON; personal identifiers stand masked in the evidence and encrypted beside it."""
        command = self.command
        evidence = command.record.model_dump(mode="json", include=set(command.step.evidence.model_fields))
        personal = {}
        for name, info in command.step.evidence.model_fields.items():
            mask = mask_of(info)
            if mask is not None and evidence[name] is not None:
                personal[name] = evidence[name]
                evidence[name] = mask(evidence[name])
        behalf = command.on_behalf_of
        return {
            "id": str(self.id),
            "case_type": command.record_type.name,
            "case_id": str(self.case_id),
            "revision": self.revision,
            "step": command.step.name,
            "kind": command.step.kind,
            "from_stage": self.before.get("stage"),
            "to_stage": self.after["stage"],
            "taken_on": command.taken_on.isoformat(),
            "due_on": self.before.get("due_on"),
            "at": self.at.isoformat(),
            "principal": command.principal.subject,
            "source_system": command.principal.source_system,
            "on_behalf_of": None if behalf is None else behalf.model_dump(mode="json"),
            "request_id": command.request_id,
            "evidence": evidence,
            "personal": "\\x" + vault.encrypt(orjson.dumps(personal).decode()).hex() if personal else None,
            "objection_id": None if command.decides is None else str(command.decides),
            "back_dated": self.back_dated,
        }


OBJECTIONS_BY = {Kind.OBJECTION: 1, Kind.DECISION: -1}
"""What a step of a kind adds to the number of open objections."""
