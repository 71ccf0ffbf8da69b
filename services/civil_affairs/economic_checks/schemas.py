"""What is asked of an economic check, and what is answered. No ID number, phone or account goes out."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from shared.codes import CodeOf
from shared.facts.models import Benefit, Standing
from shared.identity import IdNumberText, Money, ReasonText
from shared.records.subjects import HouseholdFields


class Question(HouseholdFields):
    """Who applies, why it is asked, whom they name as living with them and what income they state."""

    purpose: ReasonText
    authorised: bool = Field(description="the family has authorised the query of its income and property")
    persons: tuple[IdNumberText, ...] = Field(
        default=(), max_length=50, description="ID numbers of the family, as stated"
    )
    declared_income: Money | None = Field(default=None, description="stated income per person and year, without dibao")


class Finding(BaseModel):
    """What the shared data say to the application: a code of the list `economic_check_finding`."""

    code: Annotated[str, CodeOf("economic_check_finding")]
    params: dict[str, str] = {}


class CheckedPerson(BaseModel):
    """A registered member, as far as income and dibao depend on it."""

    member_id: UUID
    name: str
    relation: str
    age: int | None
    stated: bool | None = Field(description="whether the application names the person; null: it names nobody")
    labour_skill: str | None
    work_months: int | None
    student_status: str | None
    health_status: tuple[str, ...]
    disability_type: str | None
    disability_grade: str | None


class StatedPerson(BaseModel):
    """A person whom the application names, by the place in the question."""

    position: int
    known: bool
    member_id: UUID | None = None
    same_household: bool = False


class RegisteredIncome(BaseModel):
    """The newest income year of the registry, yuan per person."""

    year: int
    concept: str
    per_capita: Decimal
    dibao_a_year: Decimal | None = Field(description="dibao that the year books, yuan of the household")
    without_dibao: Decimal = Field(description="per person, as the check of dibao counts it")


class CheckedHousehold(BaseModel):
    household_id: UUID
    code: str
    division: str
    state: str
    state_since: date | None
    household_type: str
    monitoring_category: str | None
    causes: tuple[str, ...]
    as_of: datetime | None
    income: RegisteredIncome | None
    members: tuple[CheckedPerson, ...]


class Lines(BaseModel):
    """The lines of the place and year, yuan per person and year."""

    standard: Decimal
    edge: Decimal


class Answer(BaseModel):
    """What the roster and this department know. `entry` is the position in the access log."""

    entry: int
    asked_on: date
    known: bool
    household: CheckedHousehold | None
    categories: tuple[Standing, ...]
    benefits: tuple[Benefit, ...]
    stated: tuple[StatedPerson, ...]
    lines: Lines | None
    findings: tuple[Finding, ...]


class LoggedCheck(BaseModel):
    """Who looked at the household's data, when and what for."""

    entry: int
    at: datetime
    principal: str
    department: str
    purpose: str
    fields: tuple[str, ...]


class LoggedChecks(BaseModel):
    items: tuple[LoggedCheck, ...]
