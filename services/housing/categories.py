"""四类重点对象: for whom dangerous houses are renovated, and what the register shows of it (Y20, Y21, Y24)."""

from shared.facts.models import StandingKind
from shared.roster.models import ON_REGISTER, RosterHousehold, RosterMember

REGISTERED = "registered"
_FIRST_GROUPS = 3


def known_categories(household: RosterHousehold) -> frozenset[str]:
    """Codes of `renovation_category` that the roster itself shows; others need a certificate.

    A disabled member makes a *poor* disabled family only where the household is known to be poor.
    """
    found = {category for category, holds in _shown(household) if holds}
    if found and any(_is_disabled(member) for member in household.members):
        found.add("poor_disabled")
    return frozenset(found)


def category_of(household: RosterHousehold, given: str) -> str:
    """The category that counts: what the register shows, registered before dibao before tekun; else what was given."""
    return next((category for category, holds in _shown(household)[:_FIRST_GROUPS] if holds), given)


def _shown(household: RosterHousehold) -> tuple[tuple[str, bool], ...]:
    kinds = {category.kind for category in household.categories}
    return (
        (REGISTERED, household.state in ON_REGISTER),
        ("dibao", household.household_type == "dibao" or StandingKind.DIBAO in kinds),
        ("tekun_scattered", household.household_type == "tekun" or StandingKind.TEKUN in kinds),
        ("dibao_edge", StandingKind.EDGE in kinds),
        ("monitored", household.monitoring_category is not None),
    )


def _is_disabled(member: RosterMember) -> bool:
    return member.disability_grade is not None or "disabled" in member.health_status
