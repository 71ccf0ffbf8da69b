"""Which state may follow which: data, read once."""

import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path

from shared.roster.models import HouseholdState

_FILE = Path(__file__).with_name("transitions.toml")


@cache
def transitions() -> dict[HouseholdState, frozenset[HouseholdState]]:
    """The states that may follow each state by a decision."""
    follows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["follows"]
    return {HouseholdState(before): frozenset(map(HouseholdState, after)) for before, after in follows.items()}


def may_follow(before: HouseholdState, past: Collection[HouseholdState]) -> frozenset[HouseholdState]:
    """The states that may come next; `past` are all that the household has been in.

    Who is watched goes back to where it stood: out of poverty only one that had left it, else the edge of poverty would
    count as success. Where it stood is not known of one that was watched from the first.
    """
    found = transitions()[before]
    known = set(past) - {HouseholdState.MONITORED}
    if before is not HouseholdState.MONITORED or not known:
        return found
    if HouseholdState.EXITED in known:
        return found - {HouseholdState.REGISTERED}
    return found - {HouseholdState.EXITED, HouseholdState.RETURNED}
