"""Open signals of all departments, and those that only the registry can raise by seeing all sides at once."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from services.registry.status.home import Home
from services.registry.status.models import (
    BenefitBatch,
    GuaranteePart,
    Income,
    LineState,
    Source,
    StatusSignal,
)
from services.registry.status.said import Said, day_of
from shared.facts.models import Batch, GuaranteeState, Severity
from shared.roster.models import HouseholdState, RosterHousehold

NOT_REGISTERED = frozenset({HouseholdState.CANDIDATE, HouseholdState.CLEARED})
DIBAO_AUTHORITY = "civil_affairs"
_GRAVITY = {Severity.SERIOUS: 0, Severity.WARNING: 1, Severity.INFO: 2}


def department_signals(said: Sequence[Said]) -> list[StatusSignal]:
    """What the departments signal."""
    return [signal for one in said for signal in one.signals]


def registry_signals(
    home: Home,
    *,
    income: Income,
    guarantees: Sequence[GuaranteePart],
    batches: Sequence[BenefitBatch],
    said: Sequence[Said],
    dibao_types: frozenset[str],
) -> list[StatusSignal]:
    """Alerts and contradictions seen only where all departments meet (M27, M42, Y09, Y104)."""
    household, source = home.household, home.source
    signals = _strangers(home, said)
    if household.state is HouseholdState.CLOSED:
        return signals + _benefits_of_closed(batches, source)
    if household.state is HouseholdState.EXITED:
        signals += _unmet_after_exit(guarantees, source)
    signals += _income_below_line(household, income, source)
    if household.household_type in dibao_types:
        signals += _type_without_benefit(household, batches, said, source)
    return signals


def in_order(signals: Iterable[StatusSignal]) -> tuple[StatusSignal, ...]:
    """The gravest first, then the oldest."""
    return tuple(
        sorted(
            signals,
            key=lambda one: (
                _GRAVITY[one.severity],
                one.since or date.max,
                one.code,
                one.source.department,
                [str(member) for member in one.members],
                sorted(one.params.items()),
                [str(record) for record in one.evidence],
            ),
        )
    )


def _unmet_after_exit(guarantees: Sequence[GuaranteePart], source: Source) -> list[StatusSignal]:
    """An exited household, not monitored, with a guarantee that no longer holds (M27; practice rules 10 to 14)."""
    signals = []
    for part in guarantees:
        if part.state is GuaranteeState.UNMET:
            speakers = [one for one in part.sources if one.state is GuaranteeState.UNMET]
            days = [day for one in speakers if (day := day_of(one.as_of)) is not None]
            signals.append(
                _signal(
                    "guarantee_unmet_after_exit",
                    Severity.SERIOUS,
                    source,
                    since=min(days, default=None),
                    members={reason.member_id for reason in part.reasons if reason.member_id is not None},
                    evidence=part.evidence,
                    params={"item": part.item.value, "departments": ",".join(sorted({s.department for s in speakers}))},
                )
            )
    return signals


def _income_below_line(household: RosterHousehold, income: Income, source: Source) -> list[StatusSignal]:
    """Below the line and not on the register (M42), or below it again after exit (Y09)."""
    if household.state in NOT_REGISTERED:
        code = "income_below_line_not_registered"
    elif household.state is HouseholdState.EXITED:
        code = "income_below_line_after_exit"
    else:
        return []
    if income.state is not LineState.BELOW:
        return []
    params = {
        "concept": str(income.concept),
        "line": str(income.poverty_line.line),
        "per_capita": str(income.per_capita),
        "year": str(income.year),
    }
    return [_signal(code, Severity.SERIOUS, source, params=params)]


def _strangers(home: Home, said: Sequence[Said]) -> list[StatusSignal]:
    """A department speaks of a person who is not, or no longer, a member of the household."""
    signals = []
    for one in said:
        if strangers := one.named - home.member_ids:
            params = {"department": one.department}
            signals.append(_signal("not_a_member", Severity.WARNING, home.source, members=strangers, params=params))
    return signals


def _type_without_benefit(
    household: RosterHousehold, batches: Sequence[BenefitBatch], said: Sequence[Said], source: Source
) -> list[StatusSignal]:
    """Carried as dibao or tekun, while civil affairs, which has records of it, pays none (practice rule 22)."""
    spoken = any(one.department == DIBAO_AUTHORITY and one.facts.as_of is not None and not one.stale for one in said)
    paid = any(part.benefits for part in batches if part.batch is Batch.DIBAO)
    if paid or not spoken:
        return []
    params = {"household_type": household.household_type}
    return [_signal("type_without_benefit", Severity.WARNING, source, params=params)]


def _benefits_of_closed(batches: Sequence[BenefitBatch], source: Source) -> list[StatusSignal]:
    programmes = sorted({benefit.programme for part in batches for benefit in part.benefits})
    if not programmes:
        return []
    params = {"programmes": ",".join(programmes)}
    return [_signal("benefit_of_closed_household", Severity.WARNING, source, params=params)]


def _signal(
    code: str,
    severity: Severity,
    source: Source,
    *,
    since: date | None = None,
    members: Iterable[UUID] = (),
    evidence: Sequence[UUID] = (),
    params: dict[str, str],
) -> StatusSignal:
    return StatusSignal(
        code=code,
        severity=severity,
        since=since,
        members=tuple(sorted(members)),
        evidence=tuple(evidence),
        params=params,
        sides=(),
        remedy=None,
        stale=False,
        source=source,
    )
