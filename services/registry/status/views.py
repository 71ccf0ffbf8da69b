"""The unified status as it is answered: whole with the age of each source, or the short form for small screens."""

from datetime import date, datetime
from uuid import UUID

from services.registry.status.models import Held, HouseholdStatus, LineState, ProposalCode, RiskLevel
from shared.facts.models import Batch, GuaranteeItem, GuaranteeState, Part, Severity
from shared.roster.models import HouseholdState


class SourceAge(Part):
    """How old one department's word is on the day of reading."""

    version: int
    as_of: datetime | None
    age_days: int | None
    valid_until: date | None
    stale: bool


class HouseholdStatusView(HouseholdStatus):
    """The status as it is answered: with the age of each source."""

    sources: dict[str, SourceAge]


class MobileBatch(Part):
    batch: Batch
    programmes: tuple[str, ...]
    stale: bool


class MobileSignal(Part):
    code: str
    severity: Severity
    since: date | None


class MobileSource(Part):
    version: int
    age_days: int | None
    stale: bool


class MobileStatus(Part):
    """The short form for small screens (`view=mobile`): flags and codes, no names."""

    household_id: UUID
    code: str
    division: str
    state: HouseholdState
    since: date | None
    household_type: str
    member_count: int
    income: LineState
    guarantees: dict[GuaranteeItem, GuaranteeState]
    all_held: Held
    risk: RiskLevel
    signals: tuple[MobileSignal, ...]
    """The five most severe kinds; of one that concerns several members, the oldest."""
    signal_count: int
    """All open signals, those of each member counted."""
    benefits: tuple[MobileBatch, ...]
    """Batches with a programme in force."""
    proposals: tuple[ProposalCode, ...]
    sources: dict[str, MobileSource]
