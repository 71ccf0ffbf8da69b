"""The numbers that the plan of a place names for each year, or that follow from the shares it names."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from services.registry.exits.apportioning import apportion
from shared.policy import Policy


@dataclass(frozen=True, slots=True)
class Target:
    """So many in the year; `key`, `area` tell which parameter names it."""

    count: int
    key: str
    area: str
    share: str | None = None


class _Named(NamedTuple):
    value: Decimal
    area: str


def targets(policy: Policy, area: str, base: int, *, number: str, share: str) -> dict[int, Target]:
    """By year: the numbers named, and of the years without a number the shares of `base`, adding up to their sum."""
    found: dict[int, Target] = {}
    shares: dict[int, Target] = {}
    for year in sorted({one.year for one in policy.settings if one.key in (number, share)}):
        if (named := _named(policy, area, number, year)) is not None:
            found[year] = Target(int(named.value), number, named.area)
        elif (named := _named(policy, area, share, year)) is not None:
            shares[year] = Target(0, share, named.area, share=str(named.value))
    weights = {year: Fraction(one.share or "0") for year, one in shares.items()}
    total = base * sum(weights.values(), Fraction())
    parts = apportion(int(total + Fraction(1, 2)), weights)
    found |= {year: Target(parts[year], one.key, one.area, one.share) for year, one in shares.items()}
    return dict(sorted(found.items()))


def _named(policy: Policy, area: str, key: str, year: int) -> _Named | None:
    """What is said for this very year: a plan's number of one year says nothing of the next."""
    view = policy.at(area=area, year=year)
    if not view.has(key) or (setting := view.setting(key)).year != year:
        return None
    return _Named(view.number(key), setting.area)
