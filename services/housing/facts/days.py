"""Days that terms of months and days lead to."""

from calendar import monthrange
from datetime import date, timedelta

_MONTHS = 12


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or that month's last."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def late_from(day: date, days: int) -> date:
    """The first day that is late, for a thing due within so many days of a day."""
    return day + timedelta(days=days + 1)
