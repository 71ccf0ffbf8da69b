"""Numbers of the year that others compute with, yuan."""

from decimal import Decimal

from services.housing.facts.situation import Situation


def figures(situation: Situation) -> dict[str, Decimal]:
    """`housing_subsidy_granted` and `housing_subsidy_received` of the year; absent where there was none."""
    year = situation.on.year
    granted = received = Decimal("0.00")
    for row in situation.holdings.renovations:
        if row.content.granted is not None and row.content.approved_on is not None:
            granted += row.content.granted if row.content.approved_on.year == year else 0
        received += sum((one.amount for one in situation.holdings.received(row) if one.day.year == year), Decimal())
    found = {"housing_subsidy_granted": granted, "housing_subsidy_received": received}
    return {name: amount for name, amount in found.items() if amount}
