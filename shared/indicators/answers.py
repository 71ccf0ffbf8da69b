"""Answer an indicator question: count, find the target, judge."""

from decimal import Decimal

from shared.database import Connection
from shared.facts.models import UsedParameter
from shared.indicators.asking import NEXT_DIGITS
from shared.indicators.declaration import Indicator, Rise, Share, Unit
from shared.indicators.judgement import Counted, Judgement, judge_rise, judge_share, rounded
from shared.indicators.measuring import count, count_by_division
from shared.indicators.question import Question
from shared.indicators.schemas import IndicatorValue, LabelText, Measured, Target
from shared.policy import PolicyView

_NOTHING = Counted(Decimal(), Decimal())


async def answer(
    connection: Connection, indicator: Indicator, question: Question, *, by_division: bool
) -> IndicatorValue:
    """The indicator's value. Raises UnknownParameter when the year or place is outside what the policy knows."""
    policy = question.policy.at(area=question.area, year=question.year)
    counted = [await count(connection, one, question) for one in _parts(indicator)]
    parts = None
    if by_division:
        digits = NEXT_DIGITS[len(question.prefix)]
        found = [await count_by_division(connection, one, question, digits=digits) for one in _parts(indicator)]
        parts = [
            _measured(
                indicator,
                [one.get(place, _NOTHING) for one in found],
                question.policy.at(area=place.ljust(12, "0"), year=question.year),
            )
            for place in sorted({place for one in found for place in one})
        ]
    whole = _measured(indicator, counted, policy)
    return IndicatorValue(
        **dict(whole),
        code=indicator.code,
        label=LabelText(zh=indicator.label.zh, en=indicator.label.en),
        unit=_parts(indicator)[0].unit,
        kind="rise" if isinstance(indicator, Rise) else "share",
        source=indicator.source,
        year=question.year,
        complete=question.scope.covers(question.prefix),
        parameters=_parameters(indicator, policy),
        by_division=parts,
    )


def _parts(indicator: Indicator) -> tuple[Share, ...]:
    return (indicator.of, indicator.over) if isinstance(indicator, Rise) else (indicator,)


def _parameters(indicator: Indicator, policy: PolicyView) -> list[UsedParameter]:
    """The parameters that the population rests on."""
    keys = {key for one in _parts(indicator) for key in one.parameters.values()}
    for key in keys:
        policy.setting(key)
    return [one for one in policy.used if one.key in keys]


def _measured(indicator: Indicator, counted: list[Counted], policy: PolicyView) -> Measured:
    """The value over the policy's own area, judged by that area's target."""
    target = _target(indicator, policy)
    value = None if target is None else target.value
    if isinstance(indicator, Rise):
        of, over = counted
        judgement = judge_rise(of, over, value, concept=None if target is None else target.concept)
        return _document(policy.area, _share(of), _share(over), judgement, target)
    judgement = judge_share(counted[0], value)
    reached, due = counted[0].reached, counted[0].due
    if indicator.unit is not Unit.YUAN:
        return _document(policy.area, int(reached), int(due), judgement, target)
    return _document(policy.area, reached, due, judgement, target)


def _document(
    division: str, numerator: int | Decimal, denominator: int | Decimal, judgement: Judgement, target: Target | None
) -> Measured:
    return Measured(
        division=division,
        numerator=numerator,
        denominator=denominator,
        ratio=judgement.ratio,
        target=target,
        met=judgement.met,
    )


def _share(counted: Counted) -> Decimal:
    return Decimal("0.0000") if counted.share is None else rounded(counted.share)


def _target(indicator: Indicator, policy: PolicyView) -> Target | None:
    if indicator.target is None:
        return None
    found = policy.setting(indicator.target)
    return Target(
        value=policy.number(indicator.target), key=found.key, area=found.area, year=found.year, concept=found.concept
    )
