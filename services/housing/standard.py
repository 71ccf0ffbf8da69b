"""The standard of those entitled and of what is granted, as the policy of place and year has it (Y22, Y24)."""

from decimal import Decimal

from services.housing.categories import category_of, known_categories
from shared.codes import code_list
from shared.policy import PolicyView
from shared.roster.models import RosterHousehold

CATEGORIES = "housing.renovation_categories"
SUBSIDY = "housing.renovation_subsidy"


def standard_subsidy(policy: PolicyView, grade: str, category: str) -> Decimal | None:
    """Yuan granted for a house of the grade: the amount of the category, else that of everybody; None where none is."""
    amounts = policy.table(SUBSIDY)
    return amounts.get(f"{grade}_{category}", amounts.get(grade))


def entitled(policy: PolicyView, household: RosterHousehold, given: str) -> bool:
    """Whether the household is of a group that is renovated for here; what only the register shows, it must show."""
    category = category_of(household, given)
    by_register = code_list("renovation_category")[category].attributes["shown_by"] == "register"
    return category in policy.codes(CATEGORIES) and (not by_register or category in known_categories(household))
