"""The schemas that every record type shares: what is read beside the business fields, and batch answers."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.identity import ReasonText


class RecordState(StrEnum):
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    VOIDED = "voided"


class RecordMeta(BaseModel):
    """What every record carries beside its business fields."""

    id: UUID = Field(description="the record; stays through every correction")
    record_type: str = Field(description="as in the path")
    state: RecordState = Field(description="unmatched: waits until its subject appears in the roster")
    member_id: UUID | None = Field(
        description="the person; null when it is about a household or a village, or unmatched"
    )
    household_id: UUID | None = Field(description="the person's household now; null when about a village, or unmatched")
    division: str | None = Field(description="12 digits; null while the subject is not known to the roster")
    business_date: date = Field(description="when the thing recorded happened")
    revision: int = Field(description="grows by one with each correction; the ETag")
    recorded_at: datetime = Field(description="when this revision was taken in")
    recorded_by: str = Field(description="the principal that posted it")
    source_system: str = Field(description="the system it came from")
    voided_at: datetime | None = Field(description="since when it no longer counts; null: in force")
    void_reason: str | None = Field(description="why it no longer counts")


class HistoryAction(StrEnum):
    CREATE = "create"
    CORRECT = "correct"
    VOID = "void"
    MATCH = "match"
    SUPERSEDE = "supersede"
    STEP = "step"
    """A step of a procedure changed its case; `reason` names the step."""


class HistoryEntry(BaseModel):
    """One change of a record: who, when, from which system, before and after."""

    revision: int = Field(description="the record's revision that the change made")
    action: HistoryAction
    at: datetime = Field(description="when it was taken in")
    principal: str = Field(description="who")
    source_system: str = Field(description="from which system")
    request_id: str | None = Field(description="the request's `X-Request-Id`")
    reason: str | None = Field(description="why, where a reason is asked for; for a step its name")
    before: dict[str, object] | None = Field(description="the business fields before; null: there was none")
    after: dict[str, object] | None = Field(description="the business fields after")


class History(BaseModel):
    entries: list[HistoryEntry]


class VoidRequest(BaseModel):
    """Why a record no longer counts. Nothing is deleted."""

    model_config = ConfigDict(extra="forbid")

    reason: ReasonText


class FieldErrorDocument(BaseModel):
    pointer: str = Field(description="JSON pointer into the body (`/rows/3/year`), or `query:name`, `header:name`")
    code: str = Field(description="the rule broken, a stable identifier")
    message: str = Field(description="what is wrong, in the caller's language")
    remedy: str | None = Field(default=None, description="what to do about it")
    params: dict[str, str | int | float | bool | list[str] | None] = {}


class ProblemDocument(BaseModel):
    """RFC 9457 problem details; texts follow Accept-Language (zh or en)."""

    type: str
    title: str
    status: int
    detail: str | None = None
    remedy: str | None = None
    instance: str | None = None
    code: str
    errors: list[FieldErrorDocument] = []


class BatchRowResult(BaseModel):
    """What became of one row: 201 created, 200 corrected or unchanged, or the problem that refused it."""

    row: int = Field(description="position in the request, from 0")
    status: int
    id: UUID | None = None
    revision: int | None = None
    state: RecordState | None = None
    version: int | None = Field(default=None, description="the household's facts version that contains the row")
    household_id: UUID | None = None
    problem: ProblemDocument | None = None


class BatchResult(BaseModel):
    accepted: int = Field(description="rows written, or found unchanged")
    refused: int = Field(description="rows not written")
    unmatched: int = Field(description="accepted rows that wait for their subject")
    results: list[BatchRowResult]


class UnmatchedCount(BaseModel):
    """How many current records of each type wait for their subject to appear in the roster."""

    counts: dict[str, int]
    total: int
