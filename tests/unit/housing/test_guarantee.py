"""住房安全有保障: when it is met, unmet, not known."""

from datetime import date

import pytest

from services.housing.facts import facts
from services.housing.records.house_checks import HOUSE_CHECKS
from services.housing.records.relocations import RELOCATIONS
from shared.facts.models import Facts
from shared.records import Records
from shared.roster.models import HouseholdState
from tests.unit.housing.factories import (
    TODAY,
    accepted,
    appraisal,
    dwelling,
    household,
    member,
    payment,
    policy,
    reasons_of,
    renovation,
    row,
    say,
    signals_of,
    state_of,
)

RELOCATION = {"agreement_number": "B1", "agreed_on": "2018-03-01", "mode": "single", "resettlement": "central"}


class TestAppraisal:
    @pytest.mark.req("D24", "M26")
    @pytest.mark.parametrize(("grade", "state"), [("A", "met"), ("B", "met"), ("C", "unmet"), ("D", "unmet")])
    def test_the_grade_decides(self, grade: str, state: str) -> None:
        said = say(appraisal(grade))
        assert state_of(said) == state
        assert reasons_of(said) == ([] if state == "met" else ["dangerous_dwelling"])
        assert len(said.guarantees[0].evidence) == 1

    @pytest.mark.req("D24")
    def test_without_an_appraisal_nothing_is_known(self) -> None:
        assert (state_of(say(dwelling())), reasons_of(say(dwelling()))) == ("unknown", ["no_appraisal"])
        assert facts(household(), Records({}), policy(), TODAY) == Facts()

    def test_the_newest_appraisal_counts(self) -> None:
        assert state_of(say(appraisal("D", "2017-01-01"), appraisal("B", "2019-01-01"))) == "met"
        assert state_of(say(appraisal("A", "2017-01-01"), appraisal("C", "2019-01-01"))) == "unmet"

    def test_payments_alone_say_nothing_of_the_house(self) -> None:
        assert state_of(say(payment())) == "unknown"

    def test_a_household_without_members_needs_nothing(self) -> None:
        nobody = household(member()).model_copy(update={"members": ()})
        said = say(appraisal("D"), accepted(), payment(paid_on="2020-02-01", allotted_on="2020-01-20"), home=nobody)
        assert state_of(said) == "not_applicable"
        assert (said.signals, said.benefits, said.figures, said.valid_until) == ((), (), {}, None)


class TestRenovation:
    @pytest.mark.req("Y20", "M26")
    def test_accepted_after_grade_d_is_safe(self) -> None:
        said = say(appraisal("D"), accepted(identified_on=None))
        assert (state_of(said), reasons_of(said)) == ("met", ["renovation_accepted"])
        assert len(said.guarantees[0].evidence) == 2

    @pytest.mark.parametrize("stage", ["applied", "identified", "posted", "approved", "started", "inspected"])
    def test_until_it_is_accepted_the_house_is_dangerous(self, stage: str) -> None:
        said = say(appraisal("C"), renovation(stage))
        assert (state_of(said), reasons_of(said)) == ("unmet", ["dangerous_dwelling", "renovation_under_way"])
        dangerous, under_way = said.guarantees[0].reasons
        assert dangerous.params == {"grade": "C", "dwelling_number": "1"}
        assert under_way.params == {"stage": stage, "dwelling_number": "1"}

    def test_what_was_found_after_the_works_counts(self) -> None:
        said = say(accepted("2018-12-01"), appraisal("C", "2020-03-01"))
        assert (state_of(said), reasons_of(said)) == ("unmet", ["dangerous_dwelling"])

    def test_works_accepted_on_the_day_of_the_finding_answer_it(self) -> None:
        assert state_of(say(accepted("2019-12-01"), appraisal("C", "2019-12-01"))) == "met"

    def test_the_identification_of_a_case_is_a_finding(self) -> None:
        case = renovation("identified", grade="D", identified_on="2019-06-10")
        assert state_of(say(case)) == "unmet"
        assert state_of(say(appraisal("A", "2018-01-01"), case)) == "unmet"

    @pytest.mark.parametrize("stage", ["refused", "withdrawn"])
    def test_a_case_that_came_to_nothing_changes_nothing(self, stage: str) -> None:
        said = say(appraisal("D"), renovation(stage, closed_on="2019-07-01"))
        assert reasons_of(said) == ["dangerous_dwelling"]

    @pytest.mark.req("M26")
    @pytest.mark.parametrize("stage", ["refused", "withdrawn"])
    def test_the_grade_it_was_identified_with_stays(self, stage: str) -> None:
        ended = {"grade": "D", "identified_on": "2019-06-10", "closed_on": "2019-07-01"}
        for rows in ((), (appraisal("A", "2018-01-01"),)):
            said = say(*rows, renovation(stage, **ended))
            assert (state_of(said), reasons_of(said)) == ("unmet", ["dangerous_dwelling"])
        assert state_of(say(renovation("refused", **{**ended, "grade": "B"}))) == "met"

    @pytest.mark.req("Y20", "M26")
    @pytest.mark.parametrize(
        ("mode", "state", "reason"),
        [
            ("build_elsewhere", "met", "renovation_accepted"),
            ("purchase", "met", "renovation_accepted"),
            ("public_dwelling", "met", "renovation_accepted"),
            ("rebuild", "unknown", "no_appraisal"),
        ],
    )
    def test_a_new_house_elsewhere_is_safe_by_its_acceptance(self, mode: str, state: str, reason: str) -> None:
        old, new = dwelling(1, left_on="2019-12-05"), dwelling(2, "2019-12-06")
        said = say(appraisal("D"), accepted("2019-12-01", mode=mode), old, new, payment())
        assert (state_of(said), reasons_of(said)) == (state, [reason])
        assert ("appraisal_missing" in signals_of(said)) is (state == "unknown")

    def test_the_works_on_another_dwelling_do_not_help(self) -> None:
        assert state_of(say(appraisal("D"), accepted(dwelling_number=2))) == "unmet"


class TestDwellings:
    def test_a_dwelling_not_lived_in_endangers_nobody(self) -> None:
        rows = (dwelling(1), appraisal("A"), dwelling(2, lived_in=False), appraisal("D", dwelling_number=2))
        assert (state_of(say(*rows)), reasons_of(say(*rows))) == ("met", [])

    def test_a_dwelling_given_up_is_none(self) -> None:
        rows = (dwelling(1, left_on="2020-01-01"), appraisal("D"), appraisal("B", dwelling_number=2))
        assert state_of(say(*rows)) == "met"

    def test_safe_means_each_dwelling_lived_in(self) -> None:
        said = say(appraisal("A"), dwelling(2))
        assert state_of(said) == "unknown"
        assert [(one.code, one.params) for one in said.guarantees[0].reasons] == [
            ("no_appraisal", {"dwelling_number": "2"})
        ]
        assert state_of(say(appraisal("A"), dwelling(2), appraisal("B", dwelling_number=2))) == "met"

    def test_where_no_home_is_known_nothing_is(self) -> None:
        assert state_of(say(dwelling(lived_in=False), appraisal("A"))) == "unknown"

    @pytest.mark.req("Y22")
    def test_nobody_is_safe_in_a_dangerous_house_for_owning_another(self) -> None:
        rows = (dwelling(1), appraisal("D"), dwelling(2, lived_in=False), appraisal("A", dwelling_number=2))
        said = say(*rows)
        assert (state_of(said), reasons_of(said)) == ("unmet", ["dangerous_dwelling", "not_only_dwelling"])
        lenient = say(*rows, under=policy(other_safe_dwelling_counts=True))
        assert (state_of(lenient), reasons_of(lenient)[-1]) == ("met", "not_only_dwelling")

    def test_a_rented_dwelling_is_safe_and_none_of_ones_own(self) -> None:
        rented = (dwelling(2, tenure="rented", lived_in=False), appraisal("A", dwelling_number=2))
        assert reasons_of(say(dwelling(1), appraisal("D"), *rented)) == ["dangerous_dwelling"]
        assert state_of(say(dwelling(1, tenure="rented"), appraisal("A"))) == "met"


class TestRelocation:
    @pytest.mark.req("M26")
    def test_delivered_is_safe(self) -> None:
        said = say(row(RELOCATIONS, **RELOCATION, delivered_on="2018-12-01"))
        assert (state_of(said), reasons_of(said)) == ("met", ["relocation_delivered"])

    @pytest.mark.req("M26", "D24")
    def test_the_new_dwelling_is_safe_by_its_delivery_until_it_is_found_otherwise(self) -> None:
        rows = (
            dwelling(1, left_on="2019-01-05"),
            appraisal("D", "2018-01-01"),
            row(RELOCATIONS, **RELOCATION, delivered_on="2018-12-01"),
            dwelling(2, "2019-01-10", tenure="resettlement"),
        )
        said = say(*rows)
        assert (state_of(said), reasons_of(said), signals_of(said)) == ("met", ["relocation_delivered"], set())
        looked_at = say(*rows, home=household(state=HouseholdState.EXITED))
        assert signals_of(looked_at) == {"house_check_due"}, "an exited household is looked at all the same"
        assert state_of(say(*rows, appraisal("C", "2020-01-01", dwelling_number=2))) == "unmet"

    def test_the_old_house_does_not_count_after_the_delivery(self) -> None:
        moved = row(RELOCATIONS, **RELOCATION, moved_in_on="2019-12-01")
        assert state_of(say(dwelling(), appraisal("D", "2018-01-01"), moved)) == "met"
        assert state_of(say(moved, appraisal("D", "2020-03-01"))) == "unmet", "found dangerous since"
        same_day = (dwelling(on="2019-12-01"), appraisal("D", "2019-12-01"))
        assert state_of(say(*same_day, moved)) == "met", "what was left on that day"

    def test_of_two_moves_the_last_counts(self) -> None:
        first = row(RELOCATIONS, **RELOCATION, delivered_on="2018-12-01")
        second = row(RELOCATIONS, **{**RELOCATION, "agreement_number": "B2"}, delivered_on="2019-12-01")
        assert state_of(say(appraisal("D"), first)) == "unmet"
        assert state_of(say(appraisal("D"), first, second)) == "met"

    def test_agreed_alone_is_not_enough(self) -> None:
        agreed = row(RELOCATIONS, **RELOCATION)
        assert (state_of(say(agreed)), reasons_of(say(agreed))) == (
            "unknown",
            ["no_appraisal", "relocation_not_delivered"],
        )
        said = say(appraisal("D", "2018-01-01"), agreed)
        assert (state_of(said), reasons_of(said)) == ("unmet", ["dangerous_dwelling", "relocation_not_delivered"])


class TestChecks:
    @pytest.mark.req("D25")
    def test_an_unsafe_finding_that_is_not_put_right(self) -> None:
        check = {"checked_on": "2020-03-01", "problems": ["no_dwelling", "file_incomplete"]}
        said = say(appraisal("A"), row(HOUSE_CHECKS, **check))
        assert [(one.code, one.params) for one in said.guarantees[0].reasons] == [
            ("check_found_unsafe", {"problem": "no_dwelling"})
        ]
        assert state_of(said) == "unmet"
        assert state_of(say(appraisal("A"), row(HOUSE_CHECKS, **check, rectified_on="2020-04-01"))) == "met"
        assert state_of(say(appraisal("A", "2020-03-01"), row(HOUSE_CHECKS, **check))) == "unmet", "of the same day"
        newer = appraisal("A", "2020-04-01")
        assert state_of(say(newer, row(HOUSE_CHECKS, **check))) == "met", "a newer finding"
        other = appraisal("A", "2019-04-01", dwelling_number=2)
        assert state_of(say(newer, other, row(HOUSE_CHECKS, **check))) == "met", "the newest of all"
        assert state_of(say(newer, dwelling(2), row(HOUSE_CHECKS, **check))) == "unknown", "nothing known of another"
        empty = (dwelling(2, lived_in=False), appraisal("A", "2020-04-01", dwelling_number=2))
        assert state_of(say(appraisal("A"), *empty, row(HOUSE_CHECKS, **check))) == "unmet", "nobody lives there"

    def test_other_problems_leave_the_house_safe(self) -> None:
        check = row(HOUSE_CHECKS, checked_on="2020-03-01", problems=["poor_sanitation"])
        assert state_of(say(appraisal("A"), check)) == "met"

    def test_only_the_last_check_speaks(self) -> None:
        bad = row(HOUSE_CHECKS, checked_on="2019-09-01", problems=["dangerous_lived_in"])
        good = row(HOUSE_CHECKS, checked_on="2020-03-01")
        assert state_of(say(appraisal("A", "2019-01-01"), bad, good)) == "met"


class TestTotal:
    def test_any_records_give_an_answer(self) -> None:
        """Days of any year that a record may have, parameters known or not."""
        early = {"applied_on": "1900-02-01", "identified_on": "1900-02-02", "approved_on": "1900-03-01"}
        old = (appraisal("D", "1900-01-01"), accepted("1901-01-01", **early))
        moved = row(RELOCATIONS, **{**RELOCATION, "agreed_on": "1900-01-01"}, moved_in_on="1950-01-01")
        check = row(HOUSE_CHECKS, checked_on="1900-01-01", problems=["other"])
        paid = payment(paid_on="1902-01-01", allotted_on="1901-01-01")
        assert state_of(say(*old, moved, check, paid)) == "met"
        assert say(*old, moved, check, paid, on=date(2100, 12, 31)).valid_until is not None
