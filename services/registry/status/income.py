"""Income against the lines of its area and year: only like with like (M42, Y03, H14, H15)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from services.registry.status.models import Income, LineComparison, LineState, Source
from services.registry.status.parameters import IncomeLines, Line, StatusRules
from shared.facts.models import UsedParameter
from shared.roster.models import RosterHousehold, RosterIncome

_WIDE = Context(prec=60, rounding=ROUND_HALF_UP, Emin=-999999, Emax=999999)
_RATIO = Decimal("0.0001")
_NO_INCOME_YEAR = LineComparison(state=LineState.UNKNOWN, comparable=False, reason="no_income_year")
_NO_LINE = LineComparison(state=LineState.UNKNOWN, comparable=False, reason="no_line")
_NO_LINES = IncomeLines(poverty=None, monitoring=None, local_average=None)


def income_part(
    household: RosterHousehold, rules: StatusRules, *, source: Source
) -> tuple[Income, tuple[UsedParameter, ...]]:
    """Compare the newest income year with the poverty line, the monitoring line and the local average.

    The lines are those of the household's division and of the income's own year. "Below" is strict: an income at the
    line has reached it ("未达到3247", M42).
    """
    known = [one for one in (household.income, household.income_otherwise) if one is not None]
    lines = rules.lines(household.division, known[0].year) if known else _NO_LINES
    poverty = _compare(known, lines.poverty)
    income = _under(poverty.concept, known) or (known[0] if known else None)
    part = Income(
        state=poverty.state,
        year=income.year if income else None,
        concept=income.concept if income else None,
        per_capita=income.per_capita if income else None,
        poverty_line=poverty,
        monitoring_line=_compare(known, lines.monitoring),
        local_average=_compare(known, lines.local_average),
        source=source,
    )
    used = [one for line in (lines.poverty, lines.monitoring, lines.local_average) if line for one in line.used]
    return part, tuple(used)


def _under(concept: str | None, known: Sequence[RosterIncome]) -> RosterIncome | None:
    return next((one for one in known if one.concept == concept), None)


def _compare(known: Sequence[RosterIncome], line: Line | None) -> LineComparison:
    if not known:
        return _NO_INCOME_YEAR
    if line is None:
        return _NO_LINE
    income = _under(line.concept, known)
    if income is None:
        # Net and disposable income differ by rule; a comparison across them would be a false one (A.4, 1).
        return LineComparison(
            state=LineState.UNKNOWN,
            comparable=False,
            line=line.value,
            concept=line.concept,
            reason="concept_differs" if line.concept else "concept_unnamed",
        )
    return LineComparison(
        state=LineState.BELOW if income.per_capita < line.value else LineState.ABOVE,
        comparable=True,
        line=line.value,
        concept=line.concept,
        per_capita=income.per_capita,
        ratio=_ratio(income.per_capita, line.value),
    )


def _ratio(income: Decimal, line: Decimal) -> Decimal | None:
    if line == 0:
        return None
    try:
        return _WIDE.divide(income, line).quantize(_RATIO, context=_WIDE)
    except ArithmeticError:
        return None  # far outside what money is; the state stands without its ratio
