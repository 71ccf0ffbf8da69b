"""Answer an indicator question: count, find the target, judge."""

from collections.abc import Mapping
from decimal import Decimal

from shared.database import Connection
from shared.facts.models import UsedParameter
from shared.indicators.asking import NEXT_DIGITS
from shared.indicators.declaration import Indicator, Rate, Rise, Share, Unit
from shared.indicators.judgement import Counted, judge_rate, judge_rise, judge_share, rounded
from shared.indicators.measuring import count, count_by_division, people_by_division
from shared.indicators.places import places, used_in
from shared.indicators.question import Question
from shared.indicators.schemas import IndicatorValue, LabelText, Measured, Target
from shared.policy import PolicyView

_NOTHING = Counted(Decimal(), Decimal())
_KINDS = {Share: "share", Rise: "rise", Rate: "rate"}

_People = Mapping[str, tuple[int, int]]
"""By division: how many live there, and the year of that number."""


async def answer(
    connection: Connection, indicator: Indicator, question: Question, *, by_division: bool
) -> IndicatorValue:
    """The indicator's value. Raises UnknownParameter when the year or place is outside what the policy knows."""
    policy = question.policy_at(question.area)
    counted = [await count(connection, one, question) for one in _parts(indicator)]
    people = await _people(connection, indicator, question, digits=len(question.prefix))
    parts = None
    if by_division:
        parts = await _by_division(connection, indicator, question)
    whole = _measured(indicator, counted, people.get(question.prefix), policy)
    return IndicatorValue(
        **dict(whole),
        code=indicator.code,
        label=LabelText(zh=indicator.label.zh, en=indicator.label.en),
        unit=_parts(indicator)[0].unit,
        kind=_KINDS[type(indicator)],
        source=indicator.source,
        year=question.year,
        complete=question.scope.covers(question.prefix),
        parameters=_parameters(indicator, question),
        by_division=parts,
    )


async def _by_division(connection: Connection, indicator: Indicator, question: Question) -> list[Measured]:
    digits = NEXT_DIGITS[len(question.prefix)]
    found = [await count_by_division(connection, one, question, digits=digits) for one in _parts(indicator)]
    people = await _people(connection, indicator, question, digits=digits)
    return [
        _measured(
            indicator,
            [one.get(place, _NOTHING) for one in found],
            people.get(place),
            question.policy_at(place.ljust(12, "0")),
        )
        for place in sorted({place for one in (*found, people) for place in one})
    ]


def _parts(indicator: Indicator) -> tuple[Share | Rate, ...]:
    return (indicator.of, indicator.over) if isinstance(indicator, Rise) else (indicator,)


async def _people(connection: Connection, indicator: Indicator, question: Question, *, digits: int) -> _People:
    if not isinstance(indicator, Rate):
        return {}
    return await people_by_division(connection, indicator, question, digits=digits)


def _parameters(indicator: Indicator, question: Question) -> list[UsedParameter]:
    """The parameters that the population rests on."""
    keys = {key for one in _parts(indicator) for key in one.parameters.values()}
    found, _ = places(question, keys)
    return used_in(found)


def _measured(
    indicator: Indicator, counted: list[Counted], people: tuple[int, int] | None, policy: PolicyView
) -> Measured:
    """The value over the policy's own area, judged by that area's target."""
    target = _target(indicator, policy)
    value = None if target is None else target.value
    numerator: int | Decimal
    denominator: int | Decimal | None
    numerator, denominator, year = counted[0].reached, counted[0].due, None
    if isinstance(indicator, Rate):
        denominator, year = people or (None, None)
        judgement = judge_rate(numerator, denominator, value, at_least=indicator.at_least)
    elif isinstance(indicator, Rise):
        of, over = counted
        judgement = judge_rise(of, over, value, concept=None if target is None else target.concept)
        numerator, denominator = _share(of), _share(over)
    else:
        judgement = judge_share(counted[0], value)
    if not isinstance(indicator, Rise) and indicator.unit is not Unit.YUAN:
        numerator, denominator = int(numerator), None if denominator is None else int(denominator)
    return Measured(
        division=policy.area,
        numerator=numerator,
        denominator=denominator,
        denominator_year=year,
        ratio=judgement.ratio,
        target=target,
        met=judgement.met,
    )


def _share(counted: Counted) -> Decimal:
    return Decimal("0.0000") if counted.share is None else rounded(counted.share)


def _target(indicator: Indicator, policy: PolicyView) -> Target | None:
    """None: none is declared, or none is known at that place up to that year, and so nothing is judged."""
    if indicator.target is None or not policy.has(indicator.target):
        return None
    found = policy.setting(indicator.target)
    return Target(
        value=policy.number(indicator.target), key=found.key, area=found.area, year=found.year, concept=found.concept
    )
