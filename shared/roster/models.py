"""The roster: the registry's snapshot of one household, as every service holds it.

It names persons by member id and by `id_hash` (the keyed index of the ID number); the number itself, phones and bank
accounts never leave the registry.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from shared.facts.models import Part, StandingKind


class Sex(StrEnum):
    """GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    UNSTATED = "9"


class HouseholdState(StrEnum):
    """Where a household stands (requirements A.5: the status words of the four plans)."""

    CANDIDATE = "candidate"
    REGISTERED = "registered"
    PROPOSED_EXIT = "proposed_exit"
    EXITED = "exited"
    MONITORED = "monitored"
    RETURNED = "returned"
    CLEARED = "cleared"
    CLOSED = "closed"
    """No member is left, or the household was merged into another (natural decrease)."""


ON_REGISTER = frozenset(
    {
        HouseholdState.REGISTERED,
        HouseholdState.PROPOSED_EXIT,
        HouseholdState.EXITED,
        HouseholdState.MONITORED,
        HouseholdState.RETURNED,
    }
)
"""States in which the household is a registered one (建档立卡); exit removes nothing (Y100)."""


class RosterMember(Part):
    member_id: UUID
    name: str
    id_hash: str | None
    sex: Sex
    birth_date: date | None
    relation: str
    """Code of the list `relation` (`head`, `spouse`, ...)."""
    since: date | None = None
    ethnicity: str | None = None
    education: str | None = None
    student_status: str | None = None
    labour_skill: str | None = None
    health_status: tuple[str, ...] = ()
    disability_type: str | None = None
    disability_grade: str | None = None
    work_months: int | None = None
    work_place: str | None = None


class RosterIncome(Part):
    """The household's newest income year, yuan per person per year, under the concept named."""

    year: int
    concept: str
    per_capita: Decimal
    dibao: Decimal | None = None
    """Of it, what the whole household received as dibao, yuan of the year."""
    record_id: UUID | None = None


class RosterCategory(Part):
    """A category of the household (dibao, tekun, edge) as civil affairs says it (D22, Y56, SYS03)."""

    kind: StandingKind
    members: tuple[UUID, ...] = ()
    """Those who receive it; empty: the whole household, or it is not said who of it."""
    since: date | None = None


class RosterHousehold(Part):
    """The data of a `yihu.household.roster.v1` event."""

    household_id: UUID
    version: int
    stamp: int = 0
    """Grows with every change of any household (one sequence of the registry, drawn under the households' locks). A
    member who moved between two households is believed to live where the greater stamp says, in whatever order the
    two snapshots arrive."""
    as_of: datetime | None = None
    """When the registry last changed anything of the household."""
    code: str
    division: str
    """12 digits, the village."""
    village_class: str | None = None
    state: HouseholdState
    state_since: date | None = None
    household_type: str
    """Code of the list `household_type` (`general`, `dibao`, `tekun`, ...)."""
    monitoring_category: str | None = None
    categories: tuple[RosterCategory, ...] = ()
    """In the order of their kinds; the registered type stands beside them and may differ."""
    causes: tuple[str, ...] = ()
    """Causes of poverty, the main one first."""
    risks: tuple[str, ...] = ()
    """Risks of falling into poverty that are open (codes of `risk`); none once they were removed."""
    no_labour_guarantee: bool = False
    """整户无劳动能力兜底保障户."""
    members: tuple[RosterMember, ...] = ()
    income: RosterIncome | None = None
    income_otherwise: RosterIncome | None = None
    """Of the same year under the other concept, where both are known; `income` is then the net one."""
    merged_into: UUID | None = None

    def state_on(self, day: date) -> HouseholdState | None:
        """The state in which the household was on a day; None where it came into its present one only later.

        A candidate was in no other state before; where no day is known, the present state is taken to have held.
        """
        if self.state is HouseholdState.CANDIDATE or self.state_since is None or self.state_since <= day:
            return self.state
        return None
