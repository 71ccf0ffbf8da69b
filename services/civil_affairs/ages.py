"""Birthdays: the first day on which somebody has reached an age."""

from datetime import date


def of_age(born: date, years: int) -> date:
    """The birthday in that year; who was born on 29 February has it on 1 March of other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
