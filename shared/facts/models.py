"""What a department says of one household: the shape that crosses between services.

Every department speaks in the same parts. Codes are stable identifiers; their Chinese and English texts are code
lists, rendered at the edge. Money is yuan, a decimal string in JSON.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class GuaranteeItem(StrEnum):
    """两不愁三保障 and safe water (M04, Y03, Y04)."""

    FOOD = "food"
    CLOTHING = "clothing"
    COMPULSORY_EDUCATION = "compulsory_education"
    BASIC_MEDICAL = "basic_medical"
    SAFE_HOUSING = "safe_housing"
    SAFE_WATER = "safe_water"


class GuaranteeState(StrEnum):
    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    SERIOUS = "serious"


class Batch(StrEnum):
    """The five batches (五个一批, M08)."""

    DIBAO = "dibao"
    EMPLOYMENT = "employment"
    MEDICAL = "medical"
    EDUCATION = "education"
    HOUSING = "housing"


class StandingKind(StrEnum):
    """What may be so of persons or of the whole household; the code list `standing` has the texts."""

    DIBAO = "dibao"
    TEKUN = "tekun"
    """Also those once called 五保 (H08)."""
    EDGE = "edge"
    DECEASED = "deceased"
    DISABLED = "disabled"
    RESIDENTIAL_CARE = "residential_care"
    INSURED = "insured"
    IN_SCHOOL = "in_school"
    EMPLOYED = "employed"
    UNABLE_TO_WORK = "unable_to_work"


class Part(BaseModel):
    """A frozen piece of a snapshot; unknown fields of a newer sender are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Reason(Part):
    """Why a state holds: a code of the list `reason`, with what it is about."""

    code: str
    member_id: UUID | None = None
    params: dict[str, str] = {}


class Guarantee(Part):
    item: GuaranteeItem
    state: GuaranteeState
    reasons: tuple[Reason, ...] = ()
    evidence: tuple[UUID, ...] = ()


class Benefit(Part):
    """A programme in force. `amount` is yuan over `period` (a year, or `from/to` dates); None where none is known.

    `members` empty: all who live there, unless `persons` says of how many it is, without their names.
    `evidence`: the records it rests on.
    """

    programme: str
    batch: Batch
    members: tuple[UUID, ...] = ()
    persons: int | None = None
    amount: Decimal | None = None
    period: str = ""
    evidence: tuple[UUID, ...] = ()


class Standing(Part):
    """Something that is so on the day the facts speak of: a member is in school, works, has died; a household gets
    dibao. The registry compares what the departments say of the same people.

    `members` empty: the whole household, unless `persons` says of how many it is, without their names. `since` and
    `until` (its last day) are None where not known or open. `amount` is yuan a month for all of them together (an
    allowance, a wage). `params` are short codes, such as the grade.
    """

    kind: StandingKind
    members: tuple[UUID, ...] = ()
    persons: int | None = None
    since: date | None = None
    until: date | None = None
    amount: Decimal | None = None
    evidence: tuple[UUID, ...] = ()
    params: dict[str, str] = {}


class Signal(Part):
    """A risk or a contradiction that is open."""

    code: str
    severity: Severity
    since: date
    members: tuple[UUID, ...] = ()
    evidence: tuple[UUID, ...] = ()
    params: dict[str, str] = {}


class UsedParameter(Part):
    """A policy parameter that a result rests on: the place and year it was found at, and its value."""

    key: str
    area: str
    year: int
    value: str
    concept: str | None = None


class Facts(Part):
    """All that one department says of one household.

    `as_of` is when its newest record was taken in; what is said without any record is as of the roster that it rests on
    (None: nothing is said). `valid_until` is the first day on which the same records would give other facts (None:
    never).
    """

    as_of: datetime | None = None
    valid_until: date | None = None
    guarantees: tuple[Guarantee, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    standings: tuple[Standing, ...] = ()
    signals: tuple[Signal, ...] = ()
    figures: dict[str, Decimal] = {}
    parameters: tuple[UsedParameter, ...] = ()

    @property
    def says_something(self) -> bool:
        return bool(self.guarantees or self.benefits or self.signals or self.figures or self.standings)


class FactsSnapshot(Part):
    """The data of a `yihu.household.facts.v1` event."""

    household_id: UUID
    department: str
    version: int
    facts: Facts
