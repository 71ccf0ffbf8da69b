"""Whether a person and a vacancy fit: willingness and conditions, each that is not met by its code (D19)."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from services.employment.matching.sides import Offer, Person, Terms
from shared.codes import code_list
from shared.identity import age_on

WEAK = "weak"


def exclusions(offer: Offer, person: Person, terms: Terms, on: date) -> tuple[str, ...]:
    """Codes of `job_match_reason`, in its order; empty: they fit."""
    return (*_closed(offer, on), *_unwilling(offer, person), *_unmet(offer, person, terms, on))


def _closed(offer: Offer, on: date) -> Iterator[str]:
    if on < offer.opened_on or (offer.closes_on is not None and on > offer.closes_on):
        yield "vacancy_not_open"
    if offer.filled >= offer.posts:
        yield "vacancy_filled"


def _unwilling(offer: Offer, person: Person) -> Iterator[str]:
    """有工作意愿: what is not known is not taken for willingness; wishes about wage and place are part of it."""
    if person.willing is None:
        yield "willingness_unknown"
    elif not person.willing:
        yield "not_willing"
    if person.least_monthly_wage is not None and offer.monthly_wage < person.least_monthly_wage:
        yield "wage_below_wish"
    if person.wanted_places and offer.place not in person.wanted_places:
        yield "place_not_wanted"
    if offer.vacancy_number in person.referred_to:
        yield "already_referred"


def _unmet(offer: Offer, person: Person, terms: Terms, on: date) -> Iterator[str]:
    """符合用工条件: an unknown that is asked for is not met."""
    yield from _age(offer, person, terms, on)
    if offer.sex is not None and person.sex != offer.sex:
        yield "sex_not_met"
    if person.at_school:
        yield "at_school"
    if person.ability not in terms.abilities:
        yield "no_ability"
    elif person.ability == WEAK and not offer.accepts_weak_labour:
        yield "ability_not_met"
    if offer.education_least is not None and _level(person.education) < _level(offer.education_least):
        yield "education_not_met"
    if offer.skill is not None and offer.skill not in person.skills:
        yield "skill_not_met"


def _age(offer: Offer, person: Person, terms: Terms, on: date) -> Iterator[str]:
    if person.birth_date is None:
        yield "age_unknown"
        return
    age = age_on(person.birth_date, on)
    if age < terms.working_age:
        yield "below_working_age"
    elif age < (offer.youngest or 0) or (offer.oldest is not None and age > offer.oldest):
        yield "age_not_met"


@cache
def _levels() -> dict[str, int]:
    """The list `education` goes from the lowest to the highest."""
    return {code: level for level, code in enumerate(code_list("education").codes)}


def _level(education: str | None) -> int:
    return -1 if education is None else _levels()[education]
