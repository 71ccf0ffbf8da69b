"""The two sides that are matched, as of one day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Offer:
    """A vacancy. `filled`: how many have been hired for it so far."""

    id: UUID
    vacancy_number: str
    employer_name: str
    division: str
    occupation: str
    place: str
    monthly_wage: Decimal
    posts: int
    filled: int
    opened_on: date
    closes_on: date | None = None
    youngest: int | None = None
    oldest: int | None = None
    sex: str | None = None
    education_least: str | None = None
    skill: str | None = None
    accepts_weak_labour: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the roster with the newest profile (`willing` None: there is none) and skills from it and trainings.

    `referred_to`: numbers of the vacancies that the person was referred to already.
    """

    member_id: UUID
    household_id: UUID
    household_code: str
    name: str
    division: str
    state: str
    registered: bool
    birth_date: date | None
    sex: str
    education: str | None
    at_school: bool
    ability: str | None
    willing: bool | None
    skills: frozenset[str] = frozenset()
    wanted_occupations: frozenset[str] = frozenset()
    wanted_places: frozenset[str] = frozenset()
    least_monthly_wage: Decimal | None = None
    in_work: bool = False
    household_in_work: bool = False
    referred_to: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """What the policy says of the place and year: the least working age, and which abilities are labour."""

    working_age: int
    abilities: frozenset[str]
