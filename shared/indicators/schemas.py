"""What the indicator routes answer."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.facts.models import UsedParameter
from shared.indicators.declaration import Unit


class LabelText(BaseModel):
    zh: str
    en: str


class Target(BaseModel):
    """The target in force, with the place and year it was found at."""

    value: Decimal = Field(description="ratio, 0–1")
    key: str = Field(description="the policy parameter")
    area: str
    year: int
    concept: str | None = Field(description="how a rise is reckoned: points or relative; else null")


class Measured(BaseModel):
    """An indicator's value over one division."""

    division: str = Field(description="12 digits")
    numerator: int | Decimal = Field(description="covered; of a rise, the ratio that rose; of a rate, those counted")
    denominator: int | Decimal | None = Field(
        description="all that should be; of a rise, the ratio it is compared with; of a rate, all who live there"
        " (null: not known, or only a part of the place is within the caller's area)"
    )
    denominator_year: int | None = Field(default=None, description="of a rate: the year of the number of people")
    ratio: Decimal | None = Field(
        description="four places, rounded to the worse side; null when the denominator is 0 or null"
    )
    target: Target | None = Field(description="null: there is none, or none of that place and year is known")
    met: bool | None = Field(description="null when there is nothing to judge")


class IndicatorValue(Measured):
    """One indicator in one division and year."""

    code: str
    label: LabelText
    unit: Unit
    kind: Literal["share", "rise", "rate"]
    source: str = Field(description="requirement rows")
    year: int
    complete: bool = Field(description="false: only a part of the division is within the caller's area")
    parameters: list[UsedParameter] = Field(description="policy parameters the population rests on")
    by_division: list[Measured] | None = Field(default=None, description="with by=division: the next level, by code")


class Unreckoned(BaseModel):
    """What cannot be told of that year, and for want of which policy parameter."""

    code: str
    parameter: str


class IndicatorList(BaseModel):
    items: list[IndicatorValue]
    unreckoned: list[Unreckoned] = Field(description="left out: the policy of the year is not known")


class MissingSubject(BaseModel):
    """One of those who should be covered and are not. Never carries an ID number."""

    subject: str = Field(description="member, household or record id, or division; unique in the list")
    member_id: UUID | None
    name: str | None
    household_id: UUID | None
    household_code: str | None
    division: str
    detail: dict[str, str | int | float | bool | None] = Field(description="what is missing, such as the disease")


class MissingPage(BaseModel):
    items: list[MissingSubject]
    next_cursor: str | None
