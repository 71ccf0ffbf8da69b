"""Signals of housing: danger, findings missing or old, renovations that should not be or are late."""

from datetime import date

import pytest

from services.housing.records.house_checks import HOUSE_CHECKS
from services.housing.records.relocations import RELOCATIONS
from shared.codes import code_list
from shared.roster.models import HouseholdState
from tests.unit.housing.factories import (
    accepted,
    appraisal,
    dwelling,
    household,
    payment,
    policy,
    renovation,
    row,
    say,
    signal,
    signals_of,
)

EXITED = household(state=HouseholdState.EXITED)
FARMER = household(state=HouseholdState.CANDIDATE)


class TestDwellings:
    @pytest.mark.req("M26", "M25")
    def test_living_in_danger(self) -> None:
        found = signal(say(appraisal("D", "2019-05-01"), renovation("approved")), "dangerous_dwelling")
        assert (found.severity, found.since) == ("serious", date(2019, 5, 1))
        assert found.params == {"grade": "D", "dwelling_number": "1", "renovation": "approved"}
        assert signal(say(appraisal("C")), "dangerous_dwelling").params["renovation"] == "none"
        assert signals_of(say(appraisal("B"))) == set()

    @pytest.mark.req("M26")
    def test_danger_that_is_confirmed_dates_from_its_first_finding(self) -> None:
        first, again = appraisal("C", "2019-05-01"), appraisal("D", "2020-05-01")
        identified = renovation("identified", grade="D", identified_on="2019-06-10")
        for rows, since in (
            ((first, again), date(2019, 5, 1)),
            ((first, identified), date(2019, 5, 1)),
            ((first, appraisal("B", "2019-09-01"), again), date(2020, 5, 1)),
            ((first, accepted(), payment(), again), date(2020, 5, 1)),
        ):
            assert signal(say(*rows), "dangerous_dwelling").since == since

    @pytest.mark.req("D24")
    def test_a_dwelling_without_an_appraisal(self) -> None:
        assert signals_of(say(dwelling())) == {"appraisal_missing"}
        assert signals_of(say(dwelling(), home=FARMER)) == set(), "owed to registered households"

    @pytest.mark.req("M25", "D24")
    def test_an_appraisal_goes_stale_on_a_day_and_the_guarantee_stays(self) -> None:
        rows = (appraisal("B", "2017-06-02"),)
        fresh = say(*rows, on=date(2020, 6, 1))
        assert (signals_of(fresh), fresh.valid_until) == (set(), date(2020, 6, 2))
        stale = say(*rows, on=date(2020, 6, 2))
        assert signal(stale, "appraisal_stale").since == date(2020, 6, 2)
        assert stale.guarantees[0].state == "met"
        assert {one.key for one in stale.parameters} == {"housing.appraisal_valid_months"}
        assert signals_of(say(*rows, under=policy(appraisal_valid_months=48), on=date(2020, 6, 2))) == set()

    def test_a_certificate_may_name_its_last_day(self) -> None:
        rows = (appraisal("A", "2019-05-01", valid_to="2020-05-31"),)
        assert signals_of(say(*rows, on=date(2020, 5, 31))) == set()
        assert signals_of(say(*rows, on=date(2020, 6, 1))) == {"appraisal_stale"}

    @pytest.mark.req("M25", "Y20")
    def test_accepted_works_outlast_the_certificate_of_the_danger(self) -> None:
        rows = (appraisal("D", "2019-05-01", valid_to="2019-12-31"), accepted("2019-12-01", identified_on=None))
        paid = (*rows, payment())
        assert signals_of(say(*paid, on=date(2022, 11, 30))) == set()
        assert signals_of(say(*paid, on=date(2022, 12, 1))) == {"appraisal_stale"}

    @pytest.mark.req("M25")
    def test_an_exited_household_is_looked_at_every_year(self) -> None:
        rows = (appraisal("B", "2018-07-01"), row(HOUSE_CHECKS, checked_on="2019-06-02"))
        fresh = say(*rows, home=EXITED, on=date(2020, 6, 1))
        assert (signals_of(fresh), fresh.valid_until) == (set(), date(2020, 6, 2))
        due = signal(say(*rows, home=EXITED, on=date(2020, 6, 2)), "house_check_due")
        assert due.params == {"last": "2019-06-02"}
        assert signals_of(say(*rows, on=date(2020, 6, 2))) == set(), "not an exited household"

    @pytest.mark.parametrize("since", [date(2019, 3, 4), None])
    def test_an_exited_household_that_nobody_looked_at_is_due_since_it_exited(self, since: date | None) -> None:
        home = household(state=HouseholdState.EXITED, state_since=since)
        assert signal(say(payment(), home=home), "house_check_due").since == (since or date(2020, 1, 1))

    @pytest.mark.req("D25")
    def test_a_problem_is_put_right_in_time(self) -> None:
        check = {"checked_on": "2020-03-01", "problems": ["poor_sanitation", "other"]}
        said = say(appraisal("A"), row(HOUSE_CHECKS, **check), on=date(2020, 5, 30))
        assert (signals_of(said), said.valid_until) == (set(), date(2020, 5, 31))
        late = signal(
            say(row(HOUSE_CHECKS, **check), appraisal("A"), on=date(2020, 5, 31)), "housing_rectification_overdue"
        )
        assert late.params == {"problems": "poor_sanitation,other", "checked_on": "2020-03-01"}
        own_day = row(HOUSE_CHECKS, **check, rectify_by="2020-04-01")
        assert signals_of(say(appraisal("A"), own_day, on=date(2020, 4, 2))) == {"housing_rectification_overdue"}
        done = row(HOUSE_CHECKS, **check, rectified_on="2020-05-01")
        assert signals_of(say(appraisal("A"), done, on=date(2020, 6, 30))) == set()

    def test_the_old_house_goes_after_the_move(self) -> None:
        moved = {"agreement_number": "B1", "agreed_on": "2018-03-01", "mode": "single", "resettlement": "central"}
        kept = row(RELOCATIONS, **moved, moved_in_on="2019-05-01")
        assert signals_of(say(kept, on=date(2020, 4, 30))) == set()
        assert signals_of(say(kept, on=date(2020, 5, 1))) == {"old_house_kept"}
        gone = row(RELOCATIONS, **moved, moved_in_on="2019-05-01", old_house_removed_on="2019-06-01")
        assert signals_of(say(gone)) == set()


class TestRenovations:
    @pytest.mark.req("Y22")
    def test_not_the_only_dwelling(self) -> None:
        other = (dwelling(2, lived_in=False, tenure="commercial"), appraisal("A", dwelling_number=2))
        said = say(dwelling(1), appraisal("D"), renovation("approved"), *other)
        assert signal(said, "renovation_not_only_dwelling").params["dwelling_number"] == "2"
        assert signal(said, "renovation_not_only_dwelling").since == date(2019, 6, 1), "known when it was applied for"
        found = (dwelling(2, lived_in=False), appraisal("A", "2020-02-01", dwelling_number=2))
        late = signal(say(appraisal("D"), renovation("approved"), *found), "renovation_not_only_dwelling")
        assert late.since == date(2020, 2, 1), "found out later"
        rented = (dwelling(2, lived_in=False, tenure="rented"), appraisal("A", dwelling_number=2))
        assert "renovation_not_only_dwelling" not in signals_of(say(appraisal("D"), renovation(), *rented))
        done = say(dwelling(1), appraisal("D"), accepted(), *other)
        assert "renovation_not_only_dwelling" not in signals_of(done)

    @pytest.mark.req("Y22", "Y24")
    def test_a_safe_house_is_not_renovated(self) -> None:
        found = signal(say(appraisal("B", "2019-07-01"), renovation("approved")), "renovation_of_safe_house")
        assert (found.since, found.params["grade"]) == (date(2019, 7, 1), "B")

    @pytest.mark.req("Y20", "Y24")
    @pytest.mark.parametrize(
        ("home", "category", "shown"),
        [
            (household(), "registered", False),
            (household(), "poor_disabled", False),
            (FARMER, "registered", True),
            (FARMER, "dibao", False),
            (FARMER, "poor_disabled", False),
            (FARMER, "dibao_edge", True),
            (household(state=HouseholdState.CANDIDATE, household_type="dibao"), "sudden_difficulty", False),
        ],
    )
    def test_only_the_key_groups_are_entitled(self, home, category: str, shown: bool) -> None:
        said = say(appraisal("D"), renovation("approved", category=category), home=home)
        assert ("renovation_not_entitled" in signals_of(said)) is shown

    def test_from_2021_the_low_income_groups_too(self) -> None:
        case = renovation("applied", applied_on="2021-03-01", category="dibao_edge")
        assert "renovation_not_entitled" not in signals_of(say(appraisal("D"), case, home=FARMER, on=date(2021, 4, 1)))

    @pytest.mark.req("Y20")
    def test_a_stage_that_lasts_too_long_is_late(self) -> None:
        rows = (appraisal("D"), renovation("approved", due_on="2020-06-01", project_number="P1"))
        assert "renovation_late" not in signals_of(say(*rows))
        assert say(*rows).valid_until == date(2020, 6, 2)
        assert signal(say(*rows, on=date(2020, 6, 2)), "renovation_late").params == {
            "stage": "approved",
            "project_number": "P1",
            "due_on": "2020-06-01",
        }

    @pytest.mark.req("Y22", "Y24")
    def test_a_household_is_not_subsidised_twice_in_ten_years(self) -> None:
        first = accepted("2012-12-01", applied_on="2012-03-01", identified_on="2012-03-02", approved_on="2012-04-01")
        again = renovation("applied", applied_on="2020-01-10")
        said = say(first, appraisal("D", "2019-12-01"), again)
        assert signal(said, "renovation_repeated").params["accepted_on"] == "2012-12-01"
        free = say(first, appraisal("D", "2019-12-01"), again, under=policy(renovation_repeat_years=5))
        assert "renovation_repeated" not in signals_of(free)
        before = accepted("2008-12-01", applied_on="2008-03-01", identified_on="2008-03-02", approved_on="2008-04-01")
        of_three = say(before, first, appraisal("D", "2019-12-01"), again)
        assert [one.params["accepted_on"] for one in of_three.signals if one.code == "renovation_repeated"] == [
            "2008-12-01",
            "2012-12-01",
        ], "each is held against the last before it"

    @pytest.mark.req("Y22", "Y24")
    @pytest.mark.parametrize(("applied_on", "repeated"), [("2022-11-30", True), ("2022-12-01", False)])
    def test_the_ten_years_end_on_a_day(self, applied_on: str, *, repeated: bool) -> None:
        first = accepted("2012-12-01", applied_on="2012-03-01", identified_on="2012-03-02", approved_on="2012-04-01")
        said = say(first, renovation("applied", applied_on=applied_on), on=date(2022, 12, 1))
        assert ("renovation_repeated" in signals_of(said)) is repeated

    @pytest.mark.req("Y22", "Y24")
    def test_two_at_once_are_one_too_many(self) -> None:
        first = accepted("2020-03-04")
        entered_late = accepted("2020-04-06", applied_on="2020-03-01", project_number="P2")
        (said,) = [one for one in say(first, entered_late).signals if one.code == "renovation_repeated"]
        assert (said.since, said.params) == (
            date(2020, 3, 4),
            {"stage": "accepted", "project_number": "P2", "accepted_on": "2020-03-04"},
        )

    def test_a_file_that_came_over_with_one_day_for_all_repeats_nothing(self) -> None:
        day = "2019-12-01"
        one_day = accepted(day, applied_on=day, identified_on=day, approved_on=day, started_on=day)
        assert "renovation_repeated" not in signals_of(say(one_day))

    @pytest.mark.req("Y24")
    def test_a_grant_above_the_standard_of_place_and_year(self) -> None:
        rows = (accepted(granted="30000", approved_on="2019-08-01"),)
        assert signal(say(*rows, on=date(2020, 1, 2)), "grant_above_standard").params["standard"] == "28000.00"
        assert "grant_above_standard" not in signals_of(say(accepted(granted="28000"), on=date(2020, 1, 2)))
        raised = policy(renovation_subsidy={"C": 14000, "D": 28000, "D_registered": 35000})
        assert "grant_above_standard" not in signals_of(say(*rows, under=raised, on=date(2020, 1, 2)))


def test_every_signal_has_its_severity_and_texts() -> None:
    for one in code_list("housing_signal").items:
        assert one.attributes["severity"] in code_list("severity").codes
        assert one.label.zh
        assert one.label.en
