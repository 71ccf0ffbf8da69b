"""What the matching routes answer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from services.employment.matching.ranking import Match, Side
from services.employment.matching.sides import Offer, Person
from shared.codes import code_list
from shared.identity import age_on
from shared.service import current_request

REASONS = "job_match_reason"


class MatchReason(BaseModel):
    """Why somebody has this place, or is excluded."""

    code: str = Field(description="of the list job_match_reason")
    text: str


class VacancyAnswer(BaseModel):
    """The vacancy that was asked about, or that fits."""

    vacancy_id: UUID
    vacancy_number: str
    employer_name: str
    division: str
    occupation: str
    place: str
    monthly_wage: Decimal
    posts: int
    posts_left: int = Field(description="posts for which nobody has been hired yet")


class PersonAnswer(BaseModel):
    """The person that was asked about, or that fits."""

    member_id: UUID
    household_id: UUID
    household_code: str
    name: str
    division: str
    state: str = Field(description="state of the household")
    age: int | None


class RankedPerson(PersonAnswer):
    rank: int | None = Field(description="from 1; null: excluded")
    reasons: list[MatchReason]


class RankedVacancy(VacancyAnswer):
    rank: int | None = Field(description="from 1; null: excluded")
    reasons: list[MatchReason]


class CandidateList(BaseModel):
    """Whom to recommend for a vacancy, the first first, and who was looked at and left out."""

    vacancy: VacancyAnswer
    on: date
    fitting: int = Field(description="how many fit, also beyond `limit`")
    excluded: int = Field(description="how many were looked at and do not fit, also beyond `limit`")
    exclusions: dict[str, int] = Field(description="how many each reason excludes; a person may have several")
    candidates: list[RankedPerson]
    excluded_persons: list[RankedPerson]


class VacancyList(BaseModel):
    """Which open vacancies fit a person, the first first, and which do not."""

    person: PersonAnswer
    on: date
    fitting: int
    excluded: int
    exclusions: dict[str, int]
    vacancies: list[RankedVacancy]
    excluded_vacancies: list[RankedVacancy]


Answer = TypeVar("Answer", RankedPerson, RankedVacancy)


def ranked(
    answer: type[Answer], matches: Sequence[Match[Side]], part: Callable[[Side], Mapping[str, object]]
) -> list[Answer]:
    """Those who fit, with rank and reasons; `part` says what is told of each."""
    return [_answer(answer, match, part, rank=rank) for rank, match in enumerate(matches, start=1)]


def left_out(
    answer: type[Answer], matches: Sequence[Match[Side]], part: Callable[[Side], Mapping[str, object]]
) -> list[Answer]:
    """Those who do not fit, with reasons."""
    return [_answer(answer, match, part, rank=None) for match in matches]


def _answer(
    answer: type[Answer], match: Match[Side], part: Callable[[Side], Mapping[str, object]], *, rank: int | None
) -> Answer:
    labels, language = code_list(REASONS), current_request().language
    reasons = [MatchReason(code=code, text=labels.label(code).text(language)) for code in match.reasons]
    return answer.model_validate({**part(match.of), "rank": rank, "reasons": reasons})


def vacancy_part(offer: Offer) -> dict[str, object]:
    return {
        "vacancy_id": offer.id,
        "vacancy_number": offer.vacancy_number,
        "employer_name": offer.employer_name,
        "division": offer.division,
        "occupation": offer.occupation,
        "place": offer.place,
        "monthly_wage": offer.monthly_wage,
        "posts": offer.posts,
        "posts_left": max(offer.posts - offer.filled, 0),
    }


def person_part(person: Person, on: date) -> dict[str, object]:
    return {
        "member_id": person.member_id,
        "household_id": person.household_id,
        "household_code": person.household_code,
        "name": person.name,
        "division": person.division,
        "state": person.state,
        "age": None if person.birth_date is None else age_on(person.birth_date, on),
    }


def counted(excluded: Sequence[Match[Side]]) -> dict[str, int]:
    """How many each reason excludes, in the order of the code list."""
    counts = dict.fromkeys(code_list(REASONS).codes, 0)
    for match in excluded:
        for code in match.reasons:
            counts[code] += 1
    return {code: count for code, count in counts.items() if count}
