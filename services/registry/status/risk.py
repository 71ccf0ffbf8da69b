"""The risk level, by rule from policy data (Y09, Y104)."""

from collections.abc import Sequence

from services.registry.status.models import (
    REGISTRY,
    GuaranteePart,
    Income,
    LineState,
    Risk,
    RiskLevel,
    Source,
    StatusReason,
    StatusSignal,
)
from services.registry.status.parameters import LevelRule, RiskRules
from shared.facts.models import GuaranteeState, Severity
from shared.roster.models import HouseholdState


def risk_part(
    state: HouseholdState,
    *,
    income: Income,
    guarantees: Sequence[GuaranteePart],
    signals: Sequence[StatusSignal],
    rules: RiskRules,
    source: Source,
) -> Risk:
    """The highest level of which one condition holds, with every condition that held.

    `signals` are those of the departments: the registry's own restate the income and the guarantees counted here.
    What is unknown raises no level, so the answer says whether it was complete.
    """
    if state is HouseholdState.CLOSED:
        return Risk(level=RiskLevel.NONE, complete=True, reasons=(), source=source)
    counts = {
        "serious_signals": sum(signal.severity is Severity.SERIOUS for signal in signals),
        "warning_signals": sum(signal.severity is Severity.WARNING for signal in signals),
        "unmet_guarantees": sum(part.state is GuaranteeState.UNMET for part in guarantees),
    }
    complete = income.state is not LineState.UNKNOWN and all(
        part.state is not GuaranteeState.UNKNOWN for part in guarantees
    )
    for level, rule in ((RiskLevel.HIGH, rules.high), (RiskLevel.MEDIUM, rules.medium), (RiskLevel.LOW, rules.low)):
        if reasons := _reasons(rule, counts, income):
            return Risk(level=level, complete=complete, reasons=tuple(reasons), source=source)
    return Risk(level=RiskLevel.NONE, complete=complete, reasons=(), source=source)


def _reasons(rule: LevelRule, counts: dict[str, int], income: Income) -> list[StatusReason]:
    limits = {
        "serious_signals": rule.serious_signals,
        "warning_signals": rule.warning_signals,
        "unmet_guarantees": rule.unmet_guarantees,
    }
    reasons = [
        StatusReason(code=code, department=REGISTRY, params={"count": str(counts[code]), "limit": str(limit)})
        for code, limit in limits.items()
        if limit is not None and counts[code] >= limit
    ]
    if rule.below_poverty_line and income.poverty_line.state is LineState.BELOW:
        reasons.append(StatusReason(code="income_below_poverty_line", department=REGISTRY))
    if rule.below_monitoring_line and income.monitoring_line.state is LineState.BELOW:
        reasons.append(StatusReason(code="income_below_monitoring_line", department=REGISTRY))
    return reasons
