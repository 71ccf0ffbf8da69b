"""Terms: how days, working days and months are counted."""

from datetime import date

import pytest

from shared.policy import Policy, PolicyOverride, PolicySnapshot, PolicyView, UnknownParameter, registered_defaults
from shared.procedures import Term, Unit
from shared.procedures.terms import HOLIDAYS, WORKING_WEEKENDS
from tests.departments.repairs import cases  # noqa: F401 - registers the parameters

AREA = "420115010201"


def view(year: int = 2020, **values: object) -> PolicyView:
    overrides = tuple(
        PolicyOverride(key=f"repairs.{key}", area=AREA, year=2010, value=value)  # type: ignore[arg-type]  # texts and tables
        for key, value in values.items()
    )
    return Policy(registered_defaults(), PolicySnapshot(version=1, overrides=overrides)).at(area=AREA, year=year)


def ends(unit: Unit, length: int, since: str, year: int = 2020) -> str:
    term = Term("repairs.posting_days", unit)
    found = term.ends({"stage_since": since}, view(year, posting_days=str(length)))
    assert found is not None
    return found.isoformat()


class TestDays:
    def test_the_day_counted_from_is_not_counted(self) -> None:
        assert ends(Unit.DAY, 7, "2020-06-01") == "2020-06-08"
        assert ends(Unit.DAY, 0, "2020-06-01") == "2020-06-01"

    @pytest.mark.parametrize(
        ("since", "length", "found"),
        [
            ("2020-06-01", 5, "2020-06-08"),  # Monday to Monday
            ("2020-06-05", 1, "2020-06-08"),  # Friday to Monday
            ("2020-06-06", 1, "2020-06-08"),  # from a Saturday
            ("2020-06-24", 1, "2020-06-28"),  # two holidays, a Saturday, and a Sunday that is worked
            ("2020-09-30", 1, "2020-10-09"),  # the eight days of October
            ("2020-12-31", 2, "2021-01-05"),  # the holidays of both years count
            ("2016-12-30", 1, "2017-01-02"),  # a year without a list has its weekends only
        ],
    )
    def test_working_days(self, since: str, length: int, found: str) -> None:
        assert ends(Unit.WORKING_DAY, length, since) == found

    @pytest.mark.parametrize(
        ("since", "length", "found"),
        [
            ("2020-06-01", 12, "2021-06-01"),
            ("2020-08-31", 6, "2021-02-28"),
            ("2019-08-31", 6, "2020-02-29"),
            ("2020-01-31", 1, "2020-02-29"),
            ("2020-12-15", 1, "2021-01-15"),
        ],
    )
    def test_months(self, since: str, length: int, found: str) -> None:
        assert ends(Unit.MONTH, length, since) == found

    def test_what_cannot_be_written_is_never(self) -> None:
        for unit in Unit:
            term = Term("repairs.posting_days", unit)
            assert term.ends({"stage_since": "2020-06-01"}, view(posting_days="99999999")) is None

    def test_the_calendar_is_of_the_right_days_of_the_week(self) -> None:
        settings = [one for one in registered_defaults().settings if one.key in (HOLIDAYS, WORKING_WEEKENDS)]
        assert {one.year for one in settings} == set(range(2018, 2027))
        for one in settings:
            assert isinstance(one.value, tuple)
            days = [date.fromisoformat(str(day)) for day in one.value]
            assert {day.year for day in days} == {one.year}
            assert all((day.weekday() < 5) == (one.key == HOLIDAYS) for day in days)


class TestByClass:
    TERM = Term("repairs.review_months", Unit.MONTH, since="reviewed_on", by="repair_class")

    def test_the_class_selects_and_the_named_day_counts(self) -> None:
        case = {"stage_since": "2020-01-01", "reviewed_on": "2020-03-01", "repair_class": "heavy"}
        assert self.TERM.ends(case, view()) == date(2020, 9, 1)
        assert self.TERM.ends({**case, "reviewed_on": None, "repair_class": "light"}, view()) == date(2021, 1, 1)

    def test_no_class_no_day_and_an_unknown_one_is_told(self) -> None:
        case: dict[str, object] = {"stage_since": "2020-01-01", "repair_class": None}
        assert self.TERM.ends(case, view()) is None
        with pytest.raises(UnknownParameter):
            self.TERM.ends({**case, "repair_class": "huge"}, view())
