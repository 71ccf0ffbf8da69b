"""Which state may follow which: data, read once."""

import tomllib
from functools import cache
from pathlib import Path

from shared.roster.models import HouseholdState

_FILE = Path(__file__).with_name("transitions.toml")


@cache
def transitions() -> dict[HouseholdState, frozenset[HouseholdState]]:
    """The states that may follow each state by a decision."""
    follows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["follows"]
    return {HouseholdState(before): frozenset(map(HouseholdState, after)) for before, after in follows.items()}


def may_follow(after: HouseholdState, before: HouseholdState) -> bool:
    return after in transitions()[before]
