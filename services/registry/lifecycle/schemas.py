"""A decision on where a household stands, and the dated states that decisions made."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.author import DecidedBy
from shared.identity import BusinessDate, ReasonText
from shared.roster.models import HouseholdState


class StateDecision(BaseModel):
    """A person decides, the system only proposes: a caller that is a system names who decided in `decided_by`."""

    model_config = ConfigDict(extra="forbid")

    state: HouseholdState
    since: BusinessDate | None = Field(None, description="from which day; today when not given")
    reason: ReasonText
    decided_by: DecidedBy = None


class StateEntry(BaseModel):
    """A state from the day `since` until before the day `until` (null: still)."""

    state: HouseholdState
    since: date
    until: date | None
    reason: str
    decided_by: str
    recorded_at: datetime
    principal: str
    source_system: str


class States(BaseModel):
    household_id: UUID
    on: date | None
    states: list[StateEntry]
