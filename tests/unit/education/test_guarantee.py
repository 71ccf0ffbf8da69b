"""义务教育有保障: each state from both sides, and the days on which it turns."""

from datetime import date, timedelta

import pytest

from shared.facts.models import GuaranteeState
from tests.unit.education.factories import (
    IN_AUTUMN,
    IN_SPRING,
    award,
    case,
    child,
    enrolled,
    guarantee,
    member,
    policy,
    reasons_of,
    said,
    signals_of,
    state_of,
)

MET, UNMET = GuaranteeState.MET, GuaranteeState.UNMET
UNKNOWN, NOT_APPLICABLE = GuaranteeState.UNKNOWN, GuaranteeState.NOT_APPLICABLE
VISITED = {"visited_on": "2020-04-15", "visitor": "王老师"}


class TestWhoItIsAbout:
    def test_nobody_of_age_is_not_applicable(self) -> None:
        assert guarantee() is NOT_APPLICABLE
        assert guarantee(member()) is NOT_APPLICABLE
        assert guarantee(child(date(2016, 1, 1)), child(date(2004, 1, 1))) is NOT_APPLICABLE

    @pytest.mark.req("Y05")
    def test_a_child_enters_in_the_autumn_of_the_year_in_which_it_is_six_by_the_cut_off(self) -> None:
        by_cutoff, after = child(date(2014, 8, 31)), child(date(2014, 9, 1))
        assert guarantee(by_cutoff, on=date(2020, 8, 31)) is NOT_APPLICABLE
        assert guarantee(by_cutoff, on=date(2020, 9, 1)) is UNKNOWN
        assert guarantee(after, on=date(2020, 9, 1)) is NOT_APPLICABLE
        assert guarantee(after, on=date(2021, 9, 1)) is UNKNOWN

    def test_the_duty_ends_on_the_sixteenth_birthday(self) -> None:
        one = child(date(2004, 6, 10))
        assert guarantee(one, on=date(2020, 6, 9)) is UNKNOWN
        assert guarantee(one, on=date(2020, 6, 10)) is NOT_APPLICABLE

    def test_a_place_sets_ages_and_cut_off(self) -> None:
        under = policy(compulsory_age_from=7, compulsory_cutoff="12-31", compulsory_age_to=14)
        born = date(2013, 12, 31)
        assert state_of(said(child(born), under=under, on=date(2020, 9, 1))) is UNKNOWN
        assert state_of(said(child(date(2014, 1, 1)), under=under, on=date(2020, 9, 1))) is NOT_APPLICABLE
        assert state_of(said(child(date(2005, 5, 5)), under=under, on=date(2020, 5, 5))) is NOT_APPLICABLE

    def test_an_unknown_age_is_unknown_until_the_register_tells(self) -> None:
        one = child(None)
        assert reasons_of(said(one)) == ["age_unknown"]
        assert guarantee(one, held=(enrolled(one),)) is MET
        assert guarantee(one, held=(enrolled(one, stage="senior_high", grade=1),)) is NOT_APPLICABLE

    def test_who_was_born_on_a_leap_day_has_a_birthday_every_year(self) -> None:
        one = child(date(2004, 2, 29))
        assert guarantee(one, on=date(2020, 2, 28)) is UNKNOWN
        assert guarantee(one, on=date(2020, 2, 29)) is NOT_APPLICABLE
        one = child(date(2008, 2, 29))
        assert said(one, under=policy(compulsory_age_to=14), on=date(2023, 2, 27)).valid_until == date(2023, 2, 28)


class TestBySchoolRegister:
    @pytest.mark.req("Y05", "D26")
    def test_without_a_record_it_is_unknown(self) -> None:
        one = child()
        assert reasons_of(said(one, on=date(2020, 3, 10))) == ["enrolment_awaited"]
        assert reasons_of(said(one)) == ["no_enrolment"]
        assert guarantee(one, on=date(2020, 3, 10)) is guarantee(one) is UNKNOWN
        assert signals_of(said(one)) == ["school_enrolment_missing"]
        ends = said(one, on=date(2020, 3, 10)).valid_until
        assert ends is not None
        assert reasons_of(said(one, on=ends - timedelta(days=1))) == ["enrolment_awaited"]
        facts = said(one, on=ends)
        assert (reasons_of(facts), facts.signals[0].since) == (["no_enrolment"], ends)

    def test_each_status(self) -> None:
        one = child()
        left = {"left_on": "2020-04-01", "school_code": "X1"}
        for content, state in (
            ({"status": "in_school"}, MET),
            ({"status": "special_school"}, MET),
            ({"status": "home_teaching", "reason": "severe_disability"}, MET),
            ({"status": "home_teaching", "reason": "unwilling"}, UNMET),
            ({"status": "suspended", "reason": "illness", **left}, UNMET),
            ({"status": "dropped_out", "reason": "poverty", **left}, UNMET),
            ({"status": "dropped_out", "reason": "work", "stage": "junior", "grade": 8, **left}, UNMET),
            ({"status": "transferred_out", **left}, UNKNOWN),
            ({"status": "graduated", "stage": "junior", "grade": 9, **left}, MET),
            ({"status": "in_school", "stage": "preschool", "grade": 3}, UNMET),
        ):
            assert guarantee(one, held=(enrolled(one, **content),)) is state, content

    def test_last_term_s_record_is_not_this_term_s(self) -> None:
        one = child()
        rows = (enrolled(one),)
        assert guarantee(one, held=rows, on=date(2020, 8, 31)) is MET
        assert guarantee(one, held=rows, on=date(2020, 9, 1)) is UNKNOWN

    def test_who_finished_is_done_with_it(self) -> None:
        one = child(date(2005, 5, 4))
        graduated = enrolled(one, stage="junior", grade=9, status="graduated", left_on="2020-06-30")
        assert guarantee(one, held=(graduated,), on=IN_AUTUMN) is MET
        senior = enrolled(one, stage="senior_high", grade=1, status="dropped_out", reason="work", left_on="2020-05-01")
        assert guarantee(one, held=(senior,), on=IN_AUTUMN) is MET

    def test_a_move_ends_where_the_child_is_registered_again(self) -> None:
        one = child()
        left = enrolled(one, status="transferred_out", left_on="2020-04-20")
        facts = said(one, held=(left,))
        assert (reasons_of(facts), signals_of(facts)) == (["transfer_unconfirmed"], ["school_enrolment_missing"])
        assert signals_of(said(one, held=(left,), on=date(2020, 3, 30))) == []
        assert guarantee(one, held=(left, enrolled(one, school_code="X2", registered_on="2020-04-18"))) is MET

    def test_of_two_schools_the_later_word_stands(self) -> None:
        one = child()
        gone = enrolled(one, school_code="X2", status="dropped_out", reason="unwilling", left_on="2020-05-01")
        assert guarantee(one, held=(enrolled(one), gone)) is UNMET
        back = enrolled(one, registered_on="2020-05-11")
        assert guarantee(one, held=(back, gone)) is MET

    @pytest.mark.req("M21", "H22", "Y40")
    def test_one_drop_out_outweighs_all_else(self) -> None:
        one, two, three = child(), child(), child()
        gone = enrolled(two, status="dropped_out", reason="poverty", left_on="2020-04-01")
        facts = said(one, two, three, held=(enrolled(one), gone))
        assert state_of(facts) is UNMET
        assert reasons_of(facts) == ["dropped_out", "no_enrolment"]
        assert [one.member_id for one in facts.guarantees[0].reasons] == [two.member_id, three.member_id]
        assert facts.guarantees[0].reasons[0].params == {"year": "2020", "term": "spring", "reason": "poverty"}
        assert len(facts.guarantees[0].evidence) == 2
        signal = next(one for one in facts.signals if one.code == "out_of_school")
        assert (signal.severity, signal.since, signal.members) == ("serious", date(2020, 4, 1), (two.member_id,))


class TestByTheLedger:
    @pytest.mark.req("D26", "M21", "Y40")
    def test_found_visited_returned(self) -> None:
        one = child()
        at_school = enrolled(one)
        assert guarantee(one, held=(at_school, case(one))) is UNMET
        assert guarantee(one, held=(at_school, case(one, **VISITED))) is UNMET
        assert guarantee(one, held=(at_school, case(one, **VISITED, returned_on="2020-04-20"))) is MET
        assert (
            guarantee(one, held=(at_school, case(one, returned_on="2020-04-20"), case(one, found_on="2020-05-06")))
            is UNMET
        )

    def test_a_return_says_nothing_beyond_its_term(self) -> None:
        one = child()
        back = (case(one, **VISITED, returned_on="2020-04-20"),)
        assert guarantee(one, held=back) is MET
        assert guarantee(one, held=back, on=IN_AUTUMN) is UNKNOWN
        assert guarantee(one, held=(case(one, found_on="2020-02-20", returned_on="2020-03-01"),)) is MET
        assert guarantee(one, held=(case(one, found_on="2020-02-20", returned_on="2020-02-29"),)) is UNKNOWN

    def test_an_open_case_goes_on_until_the_child_is_registered_after_it(self) -> None:
        one = child()
        assert guarantee(one, held=(case(one),), on=IN_AUTUMN) is UNMET
        again = enrolled(one, year=2020, term="autumn", registered_on="2020-09-02", grade=5)
        assert guarantee(one, held=(case(one), again), on=IN_AUTUMN) is MET

    @pytest.mark.req("D26", "M21")
    def test_a_case_is_past_once_the_child_was_in_class_after_it_in_whichever_term(self) -> None:
        one = child()
        found = case(one, found_on="2019-10-10")
        spring, autumn = enrolled(one), date(2020, 9, 5)
        assert guarantee(one, held=(found, spring)) is MET
        assert reasons_of(said(one, held=(found, spring), on=autumn)) == ["enrolment_awaited"]
        assert "dropout_return_overdue" not in signals_of(said(one, held=(found, spring), on=autumn))
        before = enrolled(one, year=2019, term="autumn", registered_on="2019-09-02")
        assert reasons_of(said(one, held=(found, before), on=autumn)) == ["found_out_of_class"]
        same_day = case(one, found_on="2020-03-02")
        assert reasons_of(said(one, held=(same_day, spring), on=autumn)) == ["found_out_of_class"]

    def test_a_drop_out_that_the_school_records_after_the_case_leaves_it_late(self) -> None:
        one = child()
        gone = enrolled(one, status="dropped_out", reason="work", left_on="2020-04-15")
        facts = said(one, held=(case(one), gone), on=date(2020, 4, 18))
        assert reasons_of(facts) == ["dropped_out"]
        assert signals_of(facts) == ["out_of_school", "dropout_visit_overdue"]
        same_day = enrolled(one, status="dropped_out", reason="work", left_on="2020-04-10")
        assert reasons_of(said(one, held=(case(one), same_day))) == ["found_out_of_class"]

    def test_a_lawful_reason_holds_until_its_day(self) -> None:
        one = child()
        lawful = {"lawful_on": "2020-04-18", "lawful_reason": "illness", "lawful_until": "2020-06-30"}
        suspended = enrolled(one, status="suspended", reason="illness", left_on="2020-04-20")
        rows = (suspended, case(one, **VISITED, **lawful))
        facts = said(one, held=rows)
        assert (state_of(facts), reasons_of(facts)) == (MET, ["lawful_absence"])
        assert facts.guarantees[0].reasons[0].params["reason"] == "illness", "not poverty, as the case was found"
        assert facts.valid_until == date(2020, 7, 1)
        assert guarantee(one, held=rows, on=date(2020, 6, 30)) is MET
        assert guarantee(one, held=rows, on=date(2020, 7, 1)) is UNMET

    def test_late_visit_and_late_return_are_signals(self) -> None:
        one = child()
        aided = award(one, item="non_boarding_subsidy", paid_on="2020-04-06", posted_on="2020-04-01")
        rows = (enrolled(one), aided, case(one))
        assert signals_of(said(one, held=rows, on=date(2020, 4, 17))) == ["out_of_school"]
        assert signals_of(said(one, held=rows, on=date(2020, 4, 18))) == ["out_of_school", "dropout_visit_overdue"]
        visited = (enrolled(one), aided, case(one, **VISITED))
        assert signals_of(said(one, held=visited, on=date(2020, 5, 10))) == ["out_of_school"]
        assert signals_of(said(one, held=visited, on=date(2020, 5, 11))) == ["out_of_school", "dropout_return_overdue"]

    @pytest.mark.req("M21", "Y40")
    def test_a_case_is_late_no_longer_than_schooling_is_a_duty(self) -> None:
        one = child(date(2004, 6, 20))
        before = said(one, held=(case(one),), on=date(2020, 6, 19))
        assert signals_of(before) == ["out_of_school", "dropout_visit_overdue", "dropout_return_overdue"]
        assert before.valid_until == date(2020, 6, 20)
        assert signals_of(said(one, held=(case(one),), on=date(2020, 6, 20))) == []
        ended = {"stage": "junior", "grade": 9, "status": "graduated", "left_on": "2020-06-30"}
        pupil = child()
        rows = (case(pupil), enrolled(pupil, **ended))
        assert signals_of(said(pupil, held=rows, on=date(2020, 7, 1))) == []

    @pytest.mark.req("M20", "M22")
    def test_who_stays_away_is_owed_aid_as_long_as_the_school_has_the_child(self) -> None:
        one = child()
        assert "education_aid_missing" in signals_of(said(one, held=(enrolled(one), case(one))))
        gone = enrolled(one, status="dropped_out", reason="poverty", left_on="2020-04-01")
        back = case(one, **VISITED, returned_on="2020-05-06")
        assert "education_aid_missing" not in signals_of(said(one, held=(gone, back)))


class TestTerms:
    def test_holidays_belong_to_the_term_before_them(self) -> None:
        one = child()
        autumn = enrolled(one, year=2019, term="autumn", registered_on="2019-09-02")
        for on in (date(2019, 9, 1), date(2020, 1, 25), date(2020, 2, 29)):
            assert guarantee(one, held=(autumn,), on=on) is MET
        assert guarantee(one, held=(autumn,), on=date(2020, 3, 1)) is UNKNOWN

    def test_valid_until_is_the_birthday_or_the_next_term(self) -> None:
        one, almost = child(), child(date(2004, 6, 20))
        assert said(one, held=(enrolled(one),)).valid_until == date(2020, 9, 1)
        assert said(almost, held=(enrolled(almost, stage="junior", grade=9),)).valid_until == date(2020, 6, 20)
        assert said(child(date(2015, 1, 1))).valid_until == date(2021, 9, 1)
        assert said(member()).valid_until is None

    def test_a_place_sets_its_terms_year_by_year(self) -> None:
        one = child()
        under = policy(autumn_term_start="08-25", year=2020)
        assert said(one, held=(enrolled(one),), under=under).valid_until == date(2020, 8, 25)
        assert state_of(said(one, held=(enrolled(one),), under=under, on=date(2020, 8, 25))) is UNKNOWN

    def test_the_day_is_that_of_the_call(self) -> None:
        one = child()
        assert {guarantee(one, held=(enrolled(one),), on=IN_SPRING + timedelta(days=n)) for n in range(90)} == {MET}
