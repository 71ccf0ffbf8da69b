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

    id: UUID
    record_type: str
    state: RecordState
    member_id: UUID | None
    household_id: UUID | None
    division: str | None = Field(description="12 digits; null while the subject is not known to the roster")
    business_date: date = Field(description="when the thing recorded happened")
    revision: int = Field(description="grows by one with each correction; the ETag")
    recorded_at: datetime
    recorded_by: str = Field(description="the principal that posted it")
    source_system: str
    voided_at: datetime | None
    void_reason: str | None


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

    revision: int
    action: HistoryAction
    at: datetime
    principal: str
    source_system: str
    request_id: str | None
    reason: str | None
    before: dict[str, object] | None
    after: dict[str, object] | None


class History(BaseModel):
    entries: list[HistoryEntry]


class VoidRequest(BaseModel):
    """Why a record no longer counts. Nothing is deleted."""

    model_config = ConfigDict(extra="forbid")

    reason: ReasonText


class FieldErrorDocument(BaseModel):
    pointer: str
    code: str
    message: str
    remedy: str | None = None
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
    accepted: int
    refused: int
    unmatched: int
    results: list[BatchRowResult]


class UnmatchedCount(BaseModel):
    """How many current records of each type wait for their subject to appear in the roster."""

    counts: dict[str, int]
    total: int
