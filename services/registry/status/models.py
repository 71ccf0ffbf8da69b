"""The unified status of one household, as it is stored and served.

Every part names its source (department, version, `as_of`). Ages change from day to day and are added when it is read.
It carries no ID number, phone or bank account.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.facts.models import Batch, GuaranteeItem, GuaranteeState, Part, Severity, UsedParameter
from shared.roster.models import HouseholdState, RosterCategory, Sex

REGISTRY = "registry"
"""The source of what the registry itself holds or works out."""


class Source(Part):
    """Who says it. `version` is that service's version of the household, `as_of` its newest record's intake."""

    department: str
    version: int
    as_of: datetime | None = None


class StatusReason(Part):
    """Why a part is as it is: a code of the list `reason`, who gives it, and what it is about."""

    code: str
    department: str
    member_id: UUID | None = None
    params: dict[str, str] = Field(default_factory=dict)


class Place(Part):
    division: str
    """12 digits, the village."""
    village_class: str | None
    source: Source


class Lifecycle(Part):
    state: HouseholdState
    since: date | None
    household_type: str
    monitoring_category: str | None
    categories: tuple[RosterCategory, ...]
    """What civil affairs carries the household as; the registered type stands beside it."""
    merged_into: UUID | None
    source: Source


class StatusMember(Part):
    member_id: UUID
    name: str
    sex: Sex
    birth_date: date | None
    relation: str


class Members(Part):
    count: int
    items: tuple[StatusMember, ...]
    source: Source


class Causes(Part):
    """Causes of poverty, the main one first (D11)."""

    codes: tuple[str, ...]
    source: Source


class LineState(StrEnum):
    BELOW = "below"
    ABOVE = "above"
    """At the line or above it."""
    UNKNOWN = "unknown"


class LineComparison(Part):
    """The household's income against one line. Amounts are yuan per person per year."""

    state: LineState
    comparable: bool
    """False when the line is unknown or speaks of another income concept."""
    line: Decimal | None = None
    concept: str | None = None
    per_capita: Decimal | None = None
    """The income under the line's concept, where the newest year has one."""
    ratio: Decimal | None = None
    """Income divided by the line, four places."""
    reason: str | None = None


class Income(Part):
    """Income of the newest income year against the lines of its area and that year (M42, Y03, H14, H15).

    Where that year is known under both concepts each line is met by the income of its own; `concept` and `per_capita`
    are those held against the poverty line, or else the net ones.
    """

    state: LineState
    """Against the poverty line; the same as `poverty_line.state`."""
    year: int | None
    concept: str | None
    per_capita: Decimal | None
    poverty_line: LineComparison
    monitoring_line: LineComparison
    local_average: LineComparison
    """Against the wanted share of the area's per-capita disposable income of rural residents (H15: 70 %)."""
    source: Source


class GuaranteeSource(Part):
    """What one department says of one guarantee; `unknown` once its facts have expired."""

    department: str
    version: int
    as_of: datetime | None
    state: GuaranteeState


class GuaranteePart(Part):
    """One guarantee merged from all departments: unmet beats met beats unknown beats not applicable."""

    item: GuaranteeItem
    state: GuaranteeState
    reasons: tuple[StatusReason, ...]
    evidence: tuple[UUID, ...]
    sources: tuple[GuaranteeSource, ...]


class Held(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class FiveFlags(Part):
    """Two no-worries and three guarantees: the five flags of a household (M04)."""

    food: GuaranteeState
    clothing: GuaranteeState
    compulsory_education: GuaranteeState
    basic_medical: GuaranteeState
    safe_housing: GuaranteeState
    all_held: Held
    """`no` when one is unmet, `yes` when each is met or not applicable, else `unknown`."""


class StatusBenefit(Part):
    programme: str
    members: tuple[UUID, ...]
    persons: int | None
    """Of how many it is where not all of them are named; None: of `members`, or where none is named of everybody."""
    amount: Decimal | None
    period: str
    evidence: tuple[UUID, ...]
    stale: bool
    """The department's facts are past their `valid_until`."""
    source: Source


class BenefitBatch(Part):
    """The programmes in force in one of the five batches (M08). Exit removes none (Y100)."""

    batch: Batch
    benefits: tuple[StatusBenefit, ...]


class SignalSide(Part):
    """One side of a contradiction: who says what, since when, by which records."""

    department: str
    says: str
    """A code of the list `standing`, or of `status_side`."""
    since: date | None = None
    evidence: tuple[UUID, ...] = ()
    params: dict[str, str] = Field(default_factory=dict)


class StatusSignal(Part):
    """A risk or a contradiction that is open, as one department or the registry itself says."""

    code: str
    severity: Severity
    since: date | None
    members: tuple[UUID, ...]
    evidence: tuple[UUID, ...]
    params: dict[str, str]
    sides: tuple[SignalSide, ...]
    """Of a contradiction: what the two sides say."""
    remedy: str | None
    """What to do: a code of the list `status_remedy`."""
    stale: bool
    source: Source


class RiskLevel(StrEnum):
    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Risk(Part):
    level: RiskLevel
    complete: bool
    """False while a guarantee or the income is unknown: the level may be higher than it shows."""
    reasons: tuple[StatusReason, ...]
    source: Source


class ProposalCode(StrEnum):
    CONSIDER_REGISTRATION = "consider_registration"
    CONSIDER_MONITORING = "consider_monitoring"
    EXIT_CONDITIONS_MET = "exit_conditions_met"
    EXIT_CONDITIONS_NOT_MET = "exit_conditions_not_met"
    CONSIDER_RISK_REMOVAL = "consider_risk_removal"


class Proposal(Part):
    """What the data suggest; a person decides, nothing changes by itself."""

    code: ProposalCode
    reasons: tuple[StatusReason, ...]
    source: Source


class StatedState(StrEnum):
    SAID = "said"
    UNKNOWN = "unknown"


class Stated(Part):
    """A part that some department may state as a figure: its value, or why it is unknown."""

    state: StatedState
    value: str | None
    reason: str | None
    source: Source | None


class Figure(Part):
    code: str
    value: Decimal
    stale: bool
    source: Source


class HouseholdStatus(Part):
    household_id: UUID
    code: str
    valid_until: date | None
    """The first day on which the same inputs would give another status (None: never)."""
    place: Place
    lifecycle: Lifecycle
    members: Members
    causes: Causes
    income: Income
    guarantees: tuple[GuaranteePart, ...]
    five: FiveFlags
    benefits: tuple[BenefitBatch, ...]
    signals: tuple[StatusSignal, ...]
    risk: Risk
    proposals: tuple[Proposal, ...]
    helper: Stated
    last_visit: Stated
    plan: Stated
    paid_this_year: Stated
    figures: tuple[Figure, ...]
    parameters: tuple[UsedParameter, ...]
    """The policy parameters that these results rest on, the departments' among them."""

    def to_json(self) -> bytes:
        """The stored form: the same inputs give the same bytes, in whatever order they came."""
        return self.model_dump_json().encode()
