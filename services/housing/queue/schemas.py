"""The shapes of the queue."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from shared.indicators.schemas import LabelText


class PlaceReason(BaseModel):
    """One thing that the place depends on; the reasons come in the order in which they weigh."""

    code: str = Field(description="code of the list `renovation_queue_reason`")
    label: LabelText
    params: dict[str, str]


class QueuePlace(BaseModel):
    """One renovation that waits. Without names or numbers of persons."""

    place: int = Field(description="1 is the next; counted in the division asked for")
    renovation_id: UUID
    household_id: UUID
    household_code: str
    division: str
    dwelling_number: int
    stage: str
    category: str = Field(description="as the register shows it, else as the application says")
    category_shown_by: str = Field(description="`register` or `evidence`")
    category_evidence: str | None
    grade: str | None = Field(description="as identified, else as last appraised")
    applied_on: date
    reasons: list[PlaceReason]


class Queue(BaseModel):
    """A page of the queue, in order of place."""

    division: str
    priority: list[str] = Field(description="the groups that come first here, by policy")
    total: int
    items: list[QueuePlace]
    next_cursor: str | None
