"""What the data suggest to the person who decides: entry, monitoring, exit, removal of a risk.

Nothing here changes a household; each proposal carries the reasons it rests on (Y94: no exit by calculation alone).
"""

from collections.abc import Sequence
from functools import cache

from services.registry.status.guarantees import HELD
from services.registry.status.models import (
    REGISTRY,
    GuaranteePart,
    Income,
    LineComparison,
    LineState,
    Proposal,
    ProposalCode,
    Risk,
    RiskLevel,
    Source,
    StatusReason,
)
from services.registry.status.signals import NOT_REGISTERED
from shared.facts.models import GuaranteeItem, GuaranteeState
from shared.roster.models import HouseholdState

_POOR = frozenset({HouseholdState.REGISTERED, HouseholdState.RETURNED, HouseholdState.PROPOSED_EXIT})
_AT_RISK = frozenset({RiskLevel.MEDIUM, RiskLevel.HIGH})


def proposals(
    state: HouseholdState, *, income: Income, guarantees: Sequence[GuaranteePart], risk: Risk, source: Source
) -> tuple[Proposal, ...]:
    found: Proposal | None = None
    if state in NOT_REGISTERED:
        found = _entry(income, guarantees, risk, source)
    elif state is HouseholdState.EXITED:
        found = _monitoring(income, guarantees, risk, source)
    elif state in _POOR:
        found = _exit(state, income, guarantees, source)
    elif state is HouseholdState.MONITORED:
        found = _removal(income, guarantees, risk, source)
    return (found,) if found else ()


def _entry(income: Income, guarantees: Sequence[GuaranteePart], risk: Risk, source: Source) -> Proposal | None:
    """Below the line: include in time (M42, M43). Above it but at risk: watch (B.6, households on the edge)."""
    if income.state is LineState.BELOW:
        reason = _income("income_below_poverty_line", income, income.poverty_line)
        return Proposal(code=ProposalCode.CONSIDER_REGISTRATION, reasons=(reason,), source=source)
    return _monitoring(income, guarantees, risk, source)


def _monitoring(income: Income, guarantees: Sequence[GuaranteePart], risk: Risk, source: Source) -> Proposal | None:
    """An exited household, or one on the edge, that may fall (back) into poverty (M27, Y09)."""
    reasons = _gaps(guarantees, {GuaranteeState.UNMET: "guarantee_unmet"})
    if income.state is LineState.BELOW:
        reasons.append(_income("income_below_poverty_line", income, income.poverty_line))
    elif income.monitoring_line.state is LineState.BELOW:
        reasons.append(_income("income_below_monitoring_line", income, income.monitoring_line))
    if risk.level in _AT_RISK:
        reasons.append(StatusReason(code="risk_level", department=REGISTRY, params={"level": risk.level.value}))
    if not reasons:
        return None
    return Proposal(code=ProposalCode.CONSIDER_MONITORING, reasons=tuple(reasons), source=source)


def _exit(
    state: HouseholdState, income: Income, guarantees: Sequence[GuaranteePart], source: Source
) -> Proposal | None:
    """Income at the line or above it, and no worry left, and every guarantee held by a department's word (Y03)."""
    missing = _gaps(guarantees, {GuaranteeState.UNMET: "guarantee_unmet", GuaranteeState.UNKNOWN: "guarantee_unknown"})
    if income.state is LineState.BELOW:
        missing.append(_income("income_below_poverty_line", income, income.poverty_line))
    elif income.state is LineState.UNKNOWN:
        missing.append(_unknown_income(income))
    if not missing:
        reasons = (_income("income_reaches_line", income, income.poverty_line), *_held(guarantees))
        return Proposal(code=ProposalCode.EXIT_CONDITIONS_MET, reasons=reasons, source=source)
    if state is HouseholdState.PROPOSED_EXIT:
        return Proposal(code=ProposalCode.EXIT_CONDITIONS_NOT_MET, reasons=tuple(missing), source=source)
    return None


def _removal(income: Income, guarantees: Sequence[GuaranteePart], risk: Risk, source: Source) -> Proposal | None:
    """The risk seems gone: income above the line of the year, guarantees and water kept, no grave signal (B.6)."""
    line = income.monitoring_line if income.monitoring_line.comparable else income.poverty_line
    if line.state is not LineState.ABOVE or income.state is LineState.BELOW or risk.level in _AT_RISK:
        return None
    if any(part.state not in HELD for part in guarantees):
        return None
    reasons = (_income("income_reaches_line", income, line), *_held(guarantees))
    return Proposal(code=ProposalCode.CONSIDER_RISK_REMOVAL, reasons=reasons, source=source)


def _gaps(guarantees: Sequence[GuaranteePart], codes: dict[GuaranteeState, str]) -> list[StatusReason]:
    return [_of_item(codes[part.state], part) for part in guarantees if part.state in codes]


def _held(guarantees: Sequence[GuaranteePart]) -> list[StatusReason]:
    return [_of_item("guarantee_held", part) for part in guarantees]


def _of_item(code: str, part: GuaranteePart) -> StatusReason:
    return _item_reason(code, part.item, part.state)


@cache  # one for each code, item and state there is
def _item_reason(code: str, item: GuaranteeItem, state: GuaranteeState) -> StatusReason:
    return StatusReason(code=code, department=REGISTRY, params={"item": item.value, "state": state.value})


def _income(code: str, income: Income, line: LineComparison) -> StatusReason:
    params = {
        "concept": str(line.concept),
        "line": str(line.line),
        "per_capita": str(line.per_capita),
        "year": str(income.year),
    }
    return StatusReason(code=code, department=REGISTRY, params=params)


def _unknown_income(income: Income) -> StatusReason:
    return StatusReason(
        code="income_unknown", department=REGISTRY, params={"reason": income.poverty_line.reason or "no_line"}
    )
