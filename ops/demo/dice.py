"""Chance that is no chance: every draw follows from the district's seed and the thing drawn for."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """A source of draws for one thing, the same in every run on every machine."""

    def __init__(self, *parts: object) -> None:
        self._random = random.Random("/".join(str(part) for part in parts))  # noqa: S311 - repeatable, not secret

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return self._random.randint(low, high)

    def yuan(self, low: int, high: int, *, step: int = 10) -> Decimal:
        """An amount from `low` to `high` in steps."""
        return Decimal(self.number(low // step, high // step) * step)

    def one(self, items: Sequence[Item]) -> Item:
        return items[self._random.randrange(len(items))]

    def weighted(self, weights: dict[Item, float]) -> Item:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        shuffled = list(items)
        self._random.shuffle(shuffled)
        return shuffled

    def day(self, first: date, last: date) -> date:
        """A day from `first` to `last`, both included."""
        return first + timedelta(days=self.number(0, (last - first).days))
