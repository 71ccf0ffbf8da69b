"""From counts to a ratio and a verdict. Exact: a target is compared with the fraction, never with its rounded form."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

RELATIVE = "relative"
_STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Counted:
    """What is covered and what should be: persons, bills, yuan."""

    reached: Decimal
    due: Decimal

    @property
    def share(self) -> Fraction | None:
        """None when nothing is due."""
        return Fraction(self.reached) / Fraction(self.due) if self.due else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """`ratio` has four places, rounded so that it never looks better than it is; None when nothing is due."""

    ratio: Decimal | None
    met: bool | None


def judge_share(counted: Counted, target: Decimal | None) -> Judgement:
    """The share against the target; with nothing due or no target there is no verdict."""
    return _judge(counted.share, target)


def judge_rise(of: Counted, over: Counted, target: Decimal | None, *, concept: str | None) -> Judgement:
    """The rise of one share over another, in points or relative to the other."""
    own, other = of.share, over.share
    if own is None or other is None or (concept == RELATIVE and other == 0):
        return Judgement(None, None)
    return _judge(own / other - 1 if concept == RELATIVE else own - other, target)


def judge_rate(count: Decimal, persons: int | None, target: Decimal | None, *, at_least: bool) -> Judgement:
    """So many of so many persons. A rate that may be no more than its target is rounded up."""
    if not persons:
        return Judgement(None, None)
    rate = Fraction(count) / persons
    if at_least:
        return _judge(rate, target)
    return Judgement(-rounded(-rate), None if target is None else rate <= Fraction(target))


def _judge(ratio: Fraction | None, target: Decimal | None) -> Judgement:
    if ratio is None:
        return Judgement(None, None)
    met = None if target is None else ratio >= Fraction(target)
    return Judgement(rounded(ratio), met)


def rounded(ratio: Fraction) -> Decimal:
    """Four places, downwards."""
    return Decimal(ratio * 10_000 // 1).scaleb(-4).quantize(_STEP, rounding=ROUND_FLOOR)
