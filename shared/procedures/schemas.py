"""What is read of cases beside the records that they are: their steps, and what waits."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from shared.indicators.schemas import LabelText
from shared.procedures.declaration import Kind
from shared.procedures.evidence import OnBehalfOf
from shared.records.schemas import BatchRowResult


class StepEntry(BaseModel):
    """One step that was taken: who, when, from which system, with what."""

    id: UUID
    revision: int = Field(description="the case's revision that the step made")
    step: str
    kind: Kind
    from_stage: str | None
    to_stage: str
    taken_on: date = Field(description="business day")
    due_on: date | None = Field(description="when the stage that it left was due")
    late: bool = Field(description="taken after that day")
    back_dated: bool = Field(
        description="it ended a posting that, as recorded here, was up for fewer days than it had to be"
    )
    at: datetime = Field(description="when it was recorded")
    principal: str
    source_system: str
    on_behalf_of: OnBehalfOf | None
    request_id: str | None
    evidence: dict[str, object] = Field(description="identifiers of persons are masked")
    objection_id: UUID | None = Field(description="the objection that the step decides")


class OpenStep(BaseModel):
    """A step that can be taken next from the case's stage."""

    step: str
    may_take: bool = Field(description="whether this caller may, by role, area and earlier steps (four eyes)")
    from_day: date | None = Field(description="not before this day: the public posting runs until then")
    stopped: bool = Field(description="an undecided objection stops it")


class Steps(BaseModel):
    """The steps of a case in their order, the objections not decided yet, and what can come next."""

    entries: list[StepEntry]
    undecided: list[UUID]
    next: list[OpenStep]


class WaitingFields(BaseModel):
    """What a list of waiting cases says of each beside the record."""

    late: bool = Field(description="past its due day")
    next: list[str] = Field(description="the steps that this caller may take today")


class StepAnswer(BaseModel):
    """What an answer to a step says beside the record."""

    step_id: UUID = Field(description="the step taken; of an objection the id by which it is decided")


class Revealed(BaseModel):
    """The identifiers in the evidence of one step, in full."""

    case_id: UUID
    step_id: UUID
    identifiers: dict[str, str] = Field(description="by field of the evidence; empty: the step has none")


class StepRowResult(BatchRowResult):
    """What became of one row: 201 opened, 200 taken, or the problem that refused it."""

    stage: str | None = None
    step_id: UUID | None = None


class StepBatchResult(BaseModel):
    accepted: int
    refused: int
    unmatched: int
    results: list[StepRowResult]


class TermDocument(BaseModel):
    parameter: str | None = Field(description="the policy parameter; null where a rule of the department computes it")
    unit: str | None
    since: str | None = Field(description="the case's date that it is counted from")
    by: str | None = Field(description="the case's field whose code selects the number")
    value: str | None = Field(description="the parameter's value at the place and year asked for")


class StageDocument(BaseModel):
    name: str
    label: LabelText
    posting: TermDocument | None
    due: TermDocument | None
    lasting: bool
    final: bool


class ActorDocument(BaseModel):
    role: str
    level: str = Field(description="the least level of the area answered for")
    system: bool = Field(description="records what officials did, naming them in on_behalf_of")


class StepDocument(BaseModel):
    name: str
    label: LabelText
    kind: Kind
    from_stages: list[str]
    to_stages: list[str] = Field(description="empty: the case stays where it is")
    by: list[ActorDocument]
    not_by: list[str] = Field(description="who took one of these steps of the case does not take this one")
    during_posting: bool
    despite_objection: bool
    evidence: dict[str, object] = Field(description="JSON schema of the step's body")
    source: str


class ProcedureDocument(BaseModel):
    """A procedure as declared, so that a client can render its forms."""

    name: str
    title: LabelText
    source: str
    subject: str
    stages: list[StageDocument]
    steps: list[StepDocument]
    void_by: list[ActorDocument]


class ProceduresDocument(BaseModel):
    procedures: list[ProcedureDocument]
