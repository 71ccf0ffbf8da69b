"""Birthdays and completed years, those of 29 February among them."""

from datetime import date

import pytest

from shared.identity import age_on, birthday

LEAP = date(2004, 2, 29)


@pytest.mark.parametrize(
    ("born", "age", "day"),
    [
        (date(2004, 6, 1), 16, date(2020, 6, 1)),
        (LEAP, 16, date(2020, 2, 29)),
        (LEAP, 17, date(2021, 2, 28)),
        (LEAP, 0, LEAP),
        (date(1896, 2, 29), 4, date(1900, 2, 28)),
    ],
)
def test_the_day_on_which_somebody_is_so_old(born: date, age: int, day: date) -> None:
    assert birthday(born, age) == day


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2004, 6, 1), date(2020, 5, 31), 15),
        (date(2004, 6, 1), date(2020, 6, 1), 16),
        (LEAP, date(2021, 2, 27), 16),
        (LEAP, date(2021, 2, 28), 17),
        (LEAP, date(2020, 2, 28), 15),
        (LEAP, date(2020, 2, 29), 16),
        (LEAP, LEAP, 0),
    ],
)
def test_completed_years_change_on_that_day(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age
    assert birthday(born, age) <= on < birthday(born, age + 1)
