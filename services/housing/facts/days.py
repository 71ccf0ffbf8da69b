"""Days that terms lead to."""

from datetime import date, timedelta


def late_from(day: date, days: int) -> date:
    """The first day that is late, for a thing due within so many days of a day."""
    return day + timedelta(days=days + 1)
