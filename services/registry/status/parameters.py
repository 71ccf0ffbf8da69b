"""The policy parameters that a status rests on, resolved once for each (area, year)."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from shared.facts.models import UsedParameter
from shared.identity import NATION, InvalidIdentifier
from shared.policy import Policy, PolicyView, UnknownParameter

DEFAULTS = Path(__file__).with_name("policy")
"""The shipped parameters of the status: the service registers this folder before it opens its policy."""

POVERTY_LINE = "income.poverty_line"
MONITORING_LINE = "income.monitoring_line"
LOCAL_AVERAGE = "income.rural_average"
DIBAO_STANDARD = "civil_affairs.dibao_standard"
DIBAO_TOLERANCE = "status.dibao_tolerance"
LOCAL_AVERAGE_SHARE = "status.local_average_share"

_OWN_KEYS = "status."


@dataclass(frozen=True, slots=True)
class Line:
    """Yuan per person per year, under the concept named (None: the policy names none)."""

    value: Decimal
    concept: str | None
    used: tuple[UsedParameter, ...]


@dataclass(frozen=True, slots=True)
class IncomeLines:
    poverty: Line | None
    monitoring: Line | None
    local_average: Line | None
    """Already multiplied by the wanted share (H15)."""


@dataclass(frozen=True, slots=True)
class LevelRule:
    """A level is reached by any one of these; None or False switches a condition off."""

    serious_signals: int | None
    warning_signals: int | None
    unmet_guarantees: int | None
    below_poverty_line: bool
    below_monitoring_line: bool


@dataclass(frozen=True, slots=True)
class RiskRules:
    high: LevelRule
    medium: LevelRule
    low: LevelRule
    dibao_types: frozenset[str]
    """Household types whose members live on the dibao batch."""
    used: tuple[UsedParameter, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class DibaoRules:
    """`standard`: yuan per person and year; `tolerance`: share of a sum by which two may differ."""

    standard: Decimal | None
    tolerance: Decimal | None


class StatusRules:
    """One policy, read for statuses; answers are kept, since whole villages share an area and a year."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._lines: dict[tuple[str, int], IncomeLines] = {}
        self._risk: dict[tuple[str, int], RiskRules] = {}
        self._dibao: dict[tuple[str, int], DibaoRules] = {}
        self._changes: dict[tuple[str, int], int | None] = {}
        self._years = sorted({one.year for one in policy.settings if one.key.startswith(_OWN_KEYS)})

    def lines(self, area: str, year: int) -> IncomeLines:
        found = self._lines.get((area, year))
        if found is None:
            found = self._lines[(area, year)] = IncomeLines(
                poverty=self._line(area, year, POVERTY_LINE),
                monitoring=self._line(area, year, MONITORING_LINE),
                local_average=self._line(area, year, LOCAL_AVERAGE, share=LOCAL_AVERAGE_SHARE),
            )
        return found

    def risk(self, area: str, year: int) -> RiskRules:
        found = self._risk.get((area, year))
        if found is None:
            view = self._view(area, year)
            levels = {level: _level(view, level) for level in ("high", "medium", "low")}
            dibao_types = frozenset(_codes(view, "status.dibao_batch_types"))
            found = self._risk[(area, year)] = RiskRules(**levels, dibao_types=dibao_types, used=view.used)
        return found

    def dibao(self, area: str, year: int) -> DibaoRules:
        """Asked of the year of an income, never of the day: so the day changes no answer."""
        found = self._dibao.get((area, year))
        if found is None:
            view = self._view(area, year)
            found = self._dibao[(area, year)] = DibaoRules(
                standard=_number(view, DIBAO_STANDARD), tolerance=_number(view, DIBAO_TOLERANCE)
            )
        return found

    def next_change(self, area: str, year: int) -> int | None:
        """The first later year with other risk rules."""
        key = (area, year)
        if key not in self._changes:
            now = self.risk(area, year)
            later = (one for one in self._years if one > year)
            self._changes[key] = next((one for one in later if self.risk(area, one) != now), None)
        return self._changes[key]

    def _line(self, area: str, year: int, key: str, *, share: str | None = None) -> Line | None:
        view = self._view(area, year)
        try:
            value = view.number(key)
            if share is not None:
                value *= view.number(share)
        except UnknownParameter:
            return None
        return Line(value=value, concept=view.concept(key), used=view.used)

    def _view(self, area: str, year: int) -> PolicyView:
        try:
            return self.policy.at(area=area, year=year)
        except InvalidIdentifier:
            return self.policy.at(area=NATION, year=year)


def _level(view: PolicyView, level: str) -> LevelRule:
    return LevelRule(
        serious_signals=_count(view, f"status.risk.{level}.serious_signals"),
        warning_signals=_count(view, f"status.risk.{level}.warning_signals"),
        unmet_guarantees=_count(view, f"status.risk.{level}.unmet_guarantees"),
        below_poverty_line=_flag(view, f"status.risk.{level}.below_poverty_line"),
        below_monitoring_line=_flag(view, f"status.risk.{level}.below_monitoring_line"),
    )


def _count(view: PolicyView, key: str) -> int | None:
    return view.whole(key) if view.has(key) else None


def _number(view: PolicyView, key: str) -> Decimal | None:
    try:
        return view.number(key)
    except UnknownParameter:
        return None


def _flag(view: PolicyView, key: str) -> bool:
    return view.flag(key) if view.has(key) else False


def _codes(view: PolicyView, key: str) -> tuple[str, ...]:
    return view.codes(key) if view.has(key) else ()
