"""Benefits by the five batches, and the figures that departments state (M08, Y100)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from services.registry.status.models import BenefitBatch, Figure, Stated, StatedState, StatusBenefit
from services.registry.status.said import Said
from shared.facts.models import Batch

_EMPTY = {batch: BenefitBatch(batch=batch, benefits=()) for batch in Batch}
_NOT_SAID = Stated(state=StatedState.UNKNOWN, value=None, reason="not_said", source=None)


def benefit_batches(said: Sequence[Said]) -> tuple[BenefitBatch, ...]:
    """All five batches, each with its programmes in force.

    The household's state is no argument: exit takes no help, policy or project away (Y100). What an expired snapshot
    named stays listed, marked stale, until its department speaks again.
    """
    found: dict[Batch, list[Said]] = {}
    for one in said:
        for batch in one.benefits:
            found.setdefault(batch, []).append(one)
    return tuple(_batch(batch, found[batch]) if batch in found else _EMPTY[batch] for batch in Batch)


def _batch(batch: Batch, givers: Sequence[Said]) -> BenefitBatch:
    if len(givers) > 1:
        return _merge(batch, givers)
    kept = givers[0].batches_alone.get(batch)
    if kept is None:
        kept = givers[0].batches_alone[batch] = _merge(batch, givers)
    return kept


def _merge(batch: Batch, givers: Sequence[Said]) -> BenefitBatch:
    benefits = [benefit for one in givers for benefit in one.benefits[batch]]
    return BenefitBatch(batch=batch, benefits=tuple(sorted(benefits, key=_order)))


def figures(said: Sequence[Said]) -> tuple[Figure, ...]:
    """Every figure a department states, by code and department."""
    listed = [figure for one in said for figure in one.figures]
    return tuple(sorted(listed, key=lambda figure: (figure.code, figure.source.department)))


def stated_number(said: Sequence[Said], code: str) -> Stated:
    """A figure as a part of its own; unknown until a department states it, and again when its facts have expired."""
    return _stated(said, code, as_day=False)


def stated_day(said: Sequence[Said], code: str) -> Stated:
    """A day stated as the figure yyyymmdd."""
    return _stated(said, code, as_day=True)


def _stated(said: Sequence[Said], code: str, *, as_day: bool) -> Stated:
    speakers = [one for one in said if code in one.facts.figures]
    if not speakers:
        return _NOT_SAID
    fresh = [one for one in speakers if not one.stale]
    if not fresh:
        return Stated(state=StatedState.UNKNOWN, value=None, reason="facts_expired", source=speakers[0].source)
    speaker = fresh[0]
    if len(fresh) > 1 and len({one.facts.figures[code] for one in fresh}) > 1:
        return Stated(state=StatedState.UNKNOWN, value=None, reason="departments_disagree", source=speaker.source)
    number = speaker.facts.figures[code]
    value = _day(number) if as_day else str(number)
    if value is None:
        return Stated(state=StatedState.UNKNOWN, value=None, reason="figure_not_a_day", source=speaker.source)
    return Stated(state=StatedState.SAID, value=value, reason=None, source=speaker.source)


def _day(number: Decimal) -> str | None:
    if number.adjusted() != 7 or number != int(number):
        return None
    whole = int(number)
    try:
        return date(whole // 10_000, whole // 100 % 100, whole % 100).isoformat()
    except ValueError:
        return None


def _order(benefit: StatusBenefit) -> tuple[str, str, str, str, list[str]]:
    members = [str(member) for member in benefit.members]
    return (benefit.programme, benefit.source.department, benefit.period, str(benefit.amount), members)
