"""Terms: so many days, working days or months, as the policy of the place says, counted from a day of the case."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from shared.policy import PolicyView, UnknownParameter

HOLIDAYS = "calendar.holidays"
WORKING_WEEKENDS = "calendar.working_weekends"
_MONTHS = 12
_SATURDAY = 5
_MOST_WORKING_DAYS = 2_500
"""Ten years: what is longer, by a slip in the policy, must not keep the process busy."""


class Unit(StrEnum):
    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time by policy.

    `parameter` is the key of a number; with `by` it is a table of numbers by code, and `by` names the case's field that
    holds the code (a review every 12, 6 or 3 months by class). `since` names the date of the case that it is counted
    from: `stage_since` (the stage was entered), `opened_on`, or a date of the department's own; where that is empty,
    `stage_since`.

    The day counted from is not counted: seven days from 1 June end on 8 June. A month ends on the same day of the
    month, or on its last. Working days are Monday to Friday without the days of the policy parameter
    `calendar.holidays`, and the weekends of `calendar.working_weekends`.
    """

    parameter: str
    unit: Unit = Unit.DAY
    since: str = "stage_since"
    by: str | None = None

    def length(self, case: Mapping[str, object], policy: PolicyView) -> int | None:
        """How many units; None when the field that `by` names is empty. Raises UnknownParameter."""
        if self.by is None:
            return policy.whole(self.parameter)
        code = case.get(self.by)
        if code is None:
            return None
        found = policy.table(self.parameter).get(str(code))
        if found is None:
            raise UnknownParameter(f"{self.parameter}[{code}]", area=policy.area, year=policy.year)
        return int(found)

    def ends(self, case: Mapping[str, object], policy: PolicyView) -> date | None:
        """The day that the term ends on, for a case given as JSON values; None when it has no length."""
        length = self.length(case, policy)
        if length is None:
            return None
        start = date.fromisoformat(str(case.get(self.since) or case["stage_since"]))
        try:
            return _after(start, length, self.unit, policy)
        except (OverflowError, ValueError):
            return None  # beyond all that is counted: never


def _after(start: date, length: int, unit: Unit, policy: PolicyView) -> date:
    match unit:
        case Unit.DAY:
            return start + timedelta(days=length)
        case Unit.MONTH:
            return months_after(start, length)
        case Unit.WORKING_DAY:
            return _working_days_after(start, length, policy)


def months_after(start: date, months: int) -> date:
    """The same day so many months on, or that month's last. Raises ValueError or OverflowError beyond the year 9999."""
    years, month = divmod(start.month - 1 + months, _MONTHS)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _working_days_after(start: date, length: int, policy: PolicyView) -> date:
    """Looks at each day: terms are of tens of days. Raises OverflowError beyond ten years."""
    if length > _MOST_WORKING_DAYS:
        raise OverflowError(length)
    day, left = start, length
    while left > 0:
        day += timedelta(days=1)
        left -= _is_working(day, policy)
    return day


def _is_working(day: date, policy: PolicyView) -> bool:
    key = HOLIDAYS if day.weekday() < _SATURDAY else WORKING_WEEKENDS
    view = policy.in_year(day.year)
    listed = view.has(key) and day.isoformat() in _days(view.codes(key))
    return listed != (key == HOLIDAYS)


@lru_cache(maxsize=64)
def _days(codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(codes)
