"""What the list routes take and answer."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.types import JsonValue

from shared.facts.models import UsedParameter
from shared.identity import ReasonText
from shared.indicators.schemas import LabelText, Unreckoned
from shared.records.schemas import ProblemDocument
from shared.service.row_of import RowOf
from shared.standing_lists.declaration import LineState, LineUnit, ListKind


class Counts(BaseModel):
    """How many lines are on the list now, by state."""

    open: int = 0
    checked: int = 0
    settled: int = 0
    total: int = 0


class PlaceCounts(BaseModel):
    division: str = Field(description="12 digits")
    counts: Counts


class ListValue(BaseModel):
    """One list with its counts in one division."""

    code: str
    label: LabelText
    unit: LineUnit
    kind: ListKind
    source: str = Field(description="requirement rows")
    outcomes: str = Field(description="the code list of outcomes")
    division: str = Field(description="12 digits")
    year: int | None = Field(description="null: the list does not go by years, it is that of today")
    complete: bool = Field(
        description="false: a part of the division is outside the caller's area, or has no policy to judge by"
    )
    parameters: list[UsedParameter] = Field(description="policy parameters that the lines are judged by")
    counts: Counts
    by_division: list[PlaceCounts] | None = Field(default=None, description="with by=division: the next level, by code")


class Lists(BaseModel):
    items: list[ListValue]
    unreckoned: list[Unreckoned] = Field(description="left out: the policy of the year is not known")


class Line(BaseModel):
    """One line. Never carries an ID number."""

    line_id: UUID = Field(description="the same for list, subject and year in every reading")
    subject: str = Field(description="member, household or record id, or division; unique in the list")
    member_id: UUID | None
    name: str | None
    household_id: UUID | None
    household_code: str | None
    division: str
    detail: dict[str, JsonValue] = Field(description="what is amiss")
    state: LineState
    previous_state: LineState | None = Field(
        description="the state it was given before its cause changed, or came back after it was gone; else null"
    )
    outcome: str | None
    remark: str | None
    changed_by: str | None = Field(description="the principal of the last act; null: never acted upon")
    changed_at: datetime | None
    source_system: str | None
    version: str = Field(description="of state and cause; the ETag, for If-Match and rows of a batch")


class LinePage(BaseModel):
    summary: ListValue | None = Field(description="counts without regard to the filters; null on later pages")
    items: list[Line]
    next_cursor: str | None


class LineHistoryEntry(BaseModel):
    """One act: who, when, from which system, what the line was before and after."""

    revision: int
    action: str = Field(description="check, settle, reopen or gone")
    at: datetime
    principal: str
    source_system: str
    request_id: str | None
    remark: str | None
    before: dict[str, JsonValue]
    after: dict[str, JsonValue]


class LineHistory(BaseModel):
    line: Line = Field(description="as it is now")
    entries: list[LineHistoryEntry]


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid")

    remark: ReasonText | None = None


class CheckLine(_Act):
    """Somebody has looked into the line."""


class SettleLine(_Act):
    """The line is dealt with."""

    outcome: str = Field(min_length=1, max_length=64, description="a code of the code list that the list names")


class ReopenLine(_Act):
    """Back to open, and why."""

    remark: ReasonText


class _Row(BaseModel):
    line_id: UUID
    version: str | None = Field(default=None, max_length=64, description="as If-Match: refused if the line has changed")


class CheckRow(_Row, CheckLine):
    action: Literal["check"]


class SettleRow(_Row, SettleLine):
    action: Literal["settle"]


class ReopenRow(_Row, ReopenLine):
    action: Literal["reopen"]


class LineBatch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rows: list[Annotated[JsonValue, RowOf(CheckRow | SettleRow | ReopenRow)]]


class LineRowResult(BaseModel):
    """What became of one row: 200, or the problem that refused it."""

    row: int = Field(description="position in the request, from 0")
    status: int
    line_id: UUID | None = None
    state: LineState | None = None
    version: str | None = None
    problem: ProblemDocument | None = None


class LineBatchResult(BaseModel):
    accepted: int
    refused: int
    results: list[LineRowResult]
