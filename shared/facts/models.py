"""What a department says of one household: the shape that crosses between services.

Every department speaks in the same five parts. Codes are stable identifiers; their Chinese and English texts are code
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
    """A programme in force. `amount` is yuan over `period` (a year, or `from/to` dates); None where none is known."""

    programme: str
    batch: Batch
    members: tuple[UUID, ...] = ()
    amount: Decimal | None = None
    period: str = ""


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

    `as_of` is when its newest record was taken in (None: it holds no record of the household). `valid_until` is the
    first day on which the same records would give other facts (None: never).
    """

    as_of: datetime | None = None
    valid_until: date | None = None
    guarantees: tuple[Guarantee, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    signals: tuple[Signal, ...] = ()
    figures: dict[str, Decimal] = {}
    parameters: tuple[UsedParameter, ...] = ()


class FactsSnapshot(Part):
    """The data of a `yihu.household.facts.v1` event."""

    household_id: UUID
    department: str
    version: int
    facts: Facts
