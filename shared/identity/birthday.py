"""Birthdays: the first day on which somebody has reached an age (周岁)."""

from datetime import date


def birthday(born: date, age: int) -> date:
    """The birthday at which somebody turns so old; who was born on 29 February has it on the 28th of other years.

    In SQL: `birth_date + make_interval(years => age)`, and not `day - make_interval(years => age)`, which is a day late
    for them.
    """
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return born.replace(year=born.year + age, day=28)


def age_on(born: date, day: date) -> int:
    """Completed years on a day."""
    years = day.year - born.year
    return years if birthday(born, years) <= day else years - 1
