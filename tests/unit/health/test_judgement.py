"""Ratios and verdicts of indicators: exact, and never flattering."""

from decimal import Decimal

import pytest

from shared.indicators.judgement import Counted, Judgement, judge_rise, judge_share


def counted(reached: int | str, due: int | str) -> Counted:
    return Counted(Decimal(reached), Decimal(due))


@pytest.mark.parametrize(
    ("reached", "due", "target", "ratio", "met"),
    [
        (99, 100, "0.99", "0.9900", True),
        (2468, 2469, "1", "0.9995", False),
        (9899, 10000, "0.99", "0.9899", False),
        (98_999, 100_000, "0.99", "0.9899", False),
        (0, 7, "1", "0.0000", False),
        (7, 7, "1", "1.0000", True),
        (2, 3, None, "0.6666", None),
    ],
)
@pytest.mark.req("H23", "D29")
def test_a_share_against_its_target(reached: int, due: int, target: str | None, ratio: str, met: bool | None) -> None:
    judged = judge_share(counted(reached, due), None if target is None else Decimal(target))
    assert judged == Judgement(Decimal(ratio), met)


def test_nothing_due_is_neither_met_nor_missed() -> None:
    assert judge_share(counted(0, 0), Decimal(1)) == Judgement(None, None)


@pytest.mark.req("H24")
def test_a_rise_in_points_and_relative() -> None:
    poor, others = counted("800", "1000"), counted("600", "1000")
    assert judge_rise(poor, others, Decimal("0.2"), concept="points") == Judgement(Decimal("0.2000"), True)
    assert judge_rise(poor, others, Decimal("0.2"), concept="relative") == Judgement(Decimal("0.3333"), True)
    poor = counted("750", "1000")
    assert judge_rise(poor, others, Decimal("0.2"), concept="points") == Judgement(Decimal("0.1500"), False)
    assert judge_rise(poor, others, Decimal("0.2"), concept="relative") == Judgement(Decimal("0.2500"), True)


def test_a_fall_is_below_zero() -> None:
    judged = judge_rise(counted(1, 3), counted(2, 3), Decimal("0.2"), concept="points")
    assert judged == Judgement(Decimal("-0.3334"), False)


def test_without_the_other_there_is_no_rise() -> None:
    assert judge_rise(counted(1, 3), counted(0, 0), Decimal("0.2"), concept="points") == Judgement(None, None)
    assert judge_rise(counted(1, 3), counted(0, 5), Decimal("0.2"), concept="relative") == Judgement(None, None)
