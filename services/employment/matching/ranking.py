"""Who comes first among those who fit, and why. Pure, and the same each time: the last word is an id."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from services.employment.matching.conditions import exclusions
from services.employment.matching.sides import Offer, Person, Terms
from shared.identity import age_on
from shared.roster.models import HouseholdState

AT_RISK = frozenset({HouseholdState.MONITORED, HouseholdState.RETURNED})
_NEARNESS = {12: "same_village", 9: "same_township", 6: "same_district"}
"""Leading digits of the division that both have."""

Side = TypeVar("Side", Offer, Person)


@dataclass(frozen=True, slots=True)
class Match(Generic[Side]):
    """One of the other side, with the reasons of its place or of its exclusion."""

    of: Side
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking(Generic[Side]):
    """Those who fit, the first first, and those who do not."""

    fitting: Sequence[Match[Side]]
    excluded: Sequence[Match[Side]]


def considered(people: Iterable[Person], terms: Terms, on: date) -> Iterator[Person]:
    """Those who were asked, and labourers whom nobody has asked yet; children, pupils and who cannot work are not."""
    for person in people:
        if person.willing is not None or (
            person.ability in terms.abilities
            and not person.at_school
            and person.birth_date is not None
            and age_on(person.birth_date, on) >= terms.working_age
        ):
            yield person


def candidates(offer: Offer, persons: Iterable[Person], terms: Terms, on: date) -> Ranking[Person]:
    """D19 优先推荐符合用工条件、有工作意愿的贫困户: of those who fit, registered persons before all others.

    Then who has no work, whose household has none, who is at risk, who wants such work, who is near.
    """
    fitting, excluded = _parted((person, exclusions(offer, person, terms, on)) for person in persons)
    fitting.sort(key=lambda person: (*_person_first(offer, person), person.household_code, person.member_id))
    excluded.sort(key=lambda match: (match.of.household_code, match.of.member_id))
    return Ranking([Match(person, _person_reasons(offer, person)) for person in fitting], excluded)


def vacancies(person: Person, offers: Iterable[Offer], terms: Terms, on: date) -> Ranking[Offer]:
    """Of the vacancies that fit the person: wanted occupations first, then the higher wage, then the nearer."""
    fitting, excluded = _parted((offer, exclusions(offer, person, terms, on)) for offer in offers)
    fitting.sort(key=lambda offer: (*_offer_first(offer, person), offer.vacancy_number, offer.id))
    excluded.sort(key=lambda match: (match.of.vacancy_number, match.of.id))
    return Ranking([Match(offer, _wishes(offer, person)) for offer in fitting], excluded)


def _parted(judged: Iterable[tuple[Side, tuple[str, ...]]]) -> tuple[list[Side], list[Match[Side]]]:
    fitting: list[Side] = []
    excluded: list[Match[Side]] = []
    for side, reasons in judged:
        if reasons:
            excluded.append(Match(side, reasons))
        else:
            fitting.append(side)
    return fitting, excluded


def _person_first(offer: Offer, person: Person) -> tuple[object, ...]:
    return (
        not person.registered,
        person.in_work,
        person.household_in_work,
        person.state not in AT_RISK,
        offer.occupation not in person.wanted_occupations,
        -_shared_digits(offer.division, person.division),
    )


def _offer_first(offer: Offer, person: Person) -> tuple[object, ...]:
    return (
        offer.occupation not in person.wanted_occupations,
        -offer.monthly_wage,
        -_shared_digits(offer.division, person.division),
        offer.opened_on,
    )


def _person_reasons(offer: Offer, person: Person) -> tuple[str, ...]:
    reasons = [
        "registered" if person.registered else "not_registered",
        "in_work" if person.in_work else "without_work",
    ]
    if not person.household_in_work:
        reasons.append("household_without_work")
    if person.state in AT_RISK:
        reasons.append("at_risk")
    return (*reasons, *_wishes(offer, person))


def _wishes(offer: Offer, person: Person) -> tuple[str, ...]:
    """Of a pair that fits: a skill that is asked for is held."""
    reasons: list[str] = []
    if offer.occupation in person.wanted_occupations:
        reasons.append("occupation_wanted")
    elif person.wanted_occupations:
        reasons.append("occupation_not_named")
    if offer.skill is not None:
        reasons.append("skill_held")
    near = _NEARNESS.get(_shared_digits(offer.division, person.division))
    return (*reasons, near) if near else tuple(reasons)


def _shared_digits(one: str, other: str) -> int:
    """The level of the smallest division that holds both: 12, 9 or 6 digits; 0 for none of these."""
    return next((digits for digits in _NEARNESS if one[:digits] == other[:digits]), 0)
