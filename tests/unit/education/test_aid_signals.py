"""Aid that is missing, late, doubled or misplaced, and what study costs beside it."""

from datetime import date
from decimal import Decimal

import pytest

from tests.unit.education.factories import (
    PAID,
    award,
    child,
    enrolled,
    policy,
    said,
    signals_of,
)

ELSEWHERE = "210504101201"


class TestSignals:
    @pytest.mark.req("D27", "M22", "H20")
    def test_missing_aid_is_told_once_applications_were_due(self) -> None:
        one = child()
        rows = (enrolled(one, boarding=True),)
        before = said(one, held=rows, on=date(2020, 4, 15), division=ELSEWHERE)
        assert (signals_of(before), before.valid_until) == ([], date(2020, 4, 16))
        (signal,) = said(one, held=rows, on=date(2020, 4, 16), division=ELSEWHERE).signals
        assert (signal.code, signal.members) == ("education_aid_missing", (one.member_id,))
        assert signal.params == {"year": "2020", "term": "spring", "items": "boarding_subsidy"}
        held = (*rows, award(one))
        assert signals_of(said(one, held=held, on=date(2020, 4, 16), division=ELSEWHERE)) == []

    def test_aid_is_late_when_lessons_have_ended(self) -> None:
        one = child()
        rows = (enrolled(one, boarding=True), award(one, posted_on="2020-04-01"))
        assert signals_of(said(one, held=rows, on=date(2020, 7, 10), division=ELSEWHERE)) == []
        assert signals_of(said(one, held=rows, on=date(2020, 7, 11), division=ELSEWHERE)) == ["education_aid_overdue"]
        paid = (rows[0], award(one, **PAID))
        assert signals_of(said(one, held=paid, on=date(2020, 7, 11), division=ELSEWHERE)) == []
        autumn = award(one, year=2019, term="autumn", applied_on="2019-10-08")
        for on, late in ((date(2020, 1, 20), False), (date(2020, 1, 21), True)):
            found = signals_of(said(one, held=(autumn,), on=on, division=ELSEWHERE))
            assert ("education_aid_overdue" in found) is late, "an autumn's lessons end in the year after"

    @pytest.mark.req("M22")
    def test_aid_paid_twice(self) -> None:
        one = child()
        rows = (enrolled(one, boarding=True), award(one, **PAID))
        assert signals_of(said(one, held=rows, division=ELSEWHERE)) == []
        again = award(one, award_number="2", applied_on="2020-04-20", posted_on="2020-05-01", paid_on="2020-05-20")
        (signal,) = said(one, held=(*rows, again), division=ELSEWHERE).signals
        assert (signal.code, signal.since, len(signal.evidence)) == ("education_aid_twice", date(2020, 4, 20), 2)
        assert (signal.params["awards"], signal.params["paid"]) == ("2", "2")
        autumn = award(one, award_number="2", year=2019, term="autumn", applied_on="2019-09-20", **PAID)
        assert signals_of(said(one, held=(*rows, autumn), division=ELSEWHERE)) == [], "each term has its own"

    @pytest.mark.req("M22")
    def test_aid_applied_for_twice_is_found_before_it_is_paid(self) -> None:
        one = child()
        rows = (enrolled(one, boarding=True), award(one), award(one, school_code="X2", applied_on="2020-04-02"))
        before = said(one, held=rows, division=ELSEWHERE, on=date(2020, 4, 1))
        assert (signals_of(before), before.valid_until) == ([], date(2020, 4, 2))
        (signal,) = said(one, held=rows, division=ELSEWHERE).signals
        assert (signal.code, signal.since) == ("education_aid_twice", date(2020, 4, 2))
        assert (signal.params["awards"], signal.params["paid"]) == ("2", "0")

    @pytest.mark.req("M22", "Y39")
    def test_a_loan_is_taken_once_a_school_year(self) -> None:
        one = child(date(2000, 5, 4))
        loan = {"item": "student_loan", "stage": "undergraduate", "amount": "8000"}
        autumn = award(one, **loan, year=2019, term="autumn", applied_on="2019-09-20")
        spring = award(one, **loan, year=2020, term="spring")
        next_autumn = award(one, **loan, year=2020, term="autumn", applied_on="2020-05-20")
        (signal,) = said(one, held=(autumn, spring), on=date(2020, 3, 20)).signals[1:]
        assert (signal.code, signal.params["year"], signal.params["term"]) == ("education_aid_twice", "2019", "year")
        assert "education_aid_twice" not in signals_of(said(one, held=(spring, next_autumn)))

    @pytest.mark.req("M22", "Y39")
    def test_a_loan_of_the_autumn_is_not_missing_in_spring(self) -> None:
        one = child(date(2000, 5, 4))
        student = enrolled(one, stage="undergraduate", grade=1)
        under = policy(aid_items_owed=["student_loan"])
        loan = {"item": "student_loan", "stage": "undergraduate", "amount": "8000", **PAID}
        autumn = award(one, **loan, year=2019, term="autumn", applied_on="2019-09-20")
        assert signals_of(said(one, held=(student, autumn), under=under)) == []
        earlier = award(one, **loan, year=2019, term="spring", applied_on="2019-03-20")
        assert signals_of(said(one, held=(student, earlier), under=under)) == ["education_aid_missing"]

    @pytest.mark.req("M22")
    def test_items_that_exclude_each_other_are_paid_twice_too(self) -> None:
        one = child()
        other = award(one, item="non_boarding_subsidy", **PAID)
        found = said(one, held=(enrolled(one, boarding=True), award(one, **PAID), other), division=ELSEWHERE)
        assert signals_of(found) == ["education_aid_mismatch", "education_aid_twice"]

    @pytest.mark.req("M22")
    def test_aid_for_a_stage_the_student_is_not_in(self) -> None:
        one = child()
        wrong = award(one, item="vocational_grant", stage="secondary_vocational", **PAID)
        (signal,) = said(one, held=(enrolled(one), award(one, item="non_boarding_subsidy"), wrong)).signals
        assert (signal.code, signal.params["stage"]) == ("education_aid_mismatch", "secondary_vocational")
        for boarding, item, right in (
            (True, "boarding_subsidy", True),
            (False, "boarding_subsidy", False),
            (True, "non_boarding_subsidy", False),
        ):
            found = signals_of(said(one, held=(enrolled(one, boarding=boarding), award(one, item=item))))
            assert ("education_aid_mismatch" not in found) is right, (boarding, item)
        moved = enrolled(one, status="transferred_out", left_on="2020-03-10")
        boarder = enrolled(one, school_code="X2", registered_on="2020-03-11", boarding=True)
        assert "education_aid_mismatch" not in signals_of(said(one, held=(moved, boarder, award(one))))
        assert "education_aid_mismatch" not in signals_of(said(one, held=(wrong,)))
        pupil = enrolled(one, stage="secondary_vocational", grade=1)
        yulu = award(one, item="yulu", stage="secondary_vocational", **PAID)
        assert "education_aid_mismatch" not in signals_of(said(one, held=(pupil, yulu)))

    @pytest.mark.req("Y37", "M22")
    def test_aid_is_for_the_time_at_school(self) -> None:
        one = child()
        for left, there in (("2020-03-19", False), ("2020-03-20", True)):
            gone = enrolled(one, boarding=True, status="dropped_out", reason="work", left_on=left)
            found = signals_of(said(one, held=(gone, award(one, applied_on="2020-03-20"))))
            assert ("education_aid_mismatch" not in found) is there, left

    def test_two_schools_at_once(self) -> None:
        one = child()
        aided = award(one, item="non_boarding_subsidy")
        twice = enrolled(one, school_code="X2", registered_on="2020-03-20")
        (signal,) = said(one, held=(enrolled(one), twice, aided)).signals
        assert (signal.code, signal.since) == ("two_schools", date(2020, 3, 20))
        moved = enrolled(one, status="transferred_out", left_on="2020-03-20")
        assert signals_of(said(one, held=(moved, twice, aided))) == []

    def test_a_student_registered_as_working(self) -> None:
        seldom, often = child(date(2003, 5, 4), work_months=3), child(date(2003, 5, 4), work_months=4)
        for one, codes in ((seldom, []), (often, ["student_working"])):
            row = enrolled(one, stage="postgraduate", grade=1)
            found = said(one, held=(row,)).signals
            assert [(signal.code, signal.since) for signal in found] == [(code, date(2020, 3, 2)) for code in codes]
        gone = enrolled(
            often, stage="postgraduate", grade=1, status="suspended", reason="illness", left_on="2020-04-01"
        )
        assert signals_of(said(often, held=(gone,))) == [], "on leave, and not in class"

    @pytest.mark.req("M24", "Y40")
    def test_study_cost_left_after_aid(self) -> None:
        one = child(date(2000, 5, 4))
        cost = {"stage": "undergraduate", "grade": 1, "tuition": "9000", "lodging": "1200", "books": "300"}
        grant = award(one, item="college_grant", stage="undergraduate", amount="499", **PAID)
        loan = award(one, item="student_loan", stage="undergraduate", amount="8000", **PAID)
        facts = said(one, held=(enrolled(one, **cost), grant, loan))
        (signal,) = facts.signals
        assert (signal.code, signal.params["amount"], signal.params["line"]) == (
            "study_cost_high",
            "10001.00",
            "10000.00",
        )
        assert facts.figures["self_paid_study_cost"] == Decimal("10001.00")
        enough = award(one, item="college_grant", stage="undergraduate", amount="500", **PAID)
        assert signals_of(said(one, held=(enrolled(one, **cost), enough))) == []
        autumn = enrolled(one, **{**cost, "year": 2020, "term": "autumn", "registered_on": "2020-09-02"})
        assert signals_of(said(one, held=(enrolled(one, **cost), autumn), on=date(2020, 9, 5))) == ["study_cost_high"]
        assert "study_cost_high" not in signals_of(said(one, held=(enrolled(one, **cost),), on=date(2020, 9, 5)))

    @pytest.mark.req("Y40")
    def test_study_cost_of_who_went_beyond_compulsory_school_within_the_year(self) -> None:
        one = child(date(2004, 5, 4))
        junior = enrolled(one, stage="junior", grade=9, year=2019, term="autumn", registered_on="2019-09-02")
        cost = {"grade": 1, "tuition": "10000.01"}
        vocational = enrolled(one, stage="secondary_vocational", **cost)
        assert "study_cost_high" in signals_of(said(one, held=(junior, vocational)))
        assert "study_cost_high" not in signals_of(said(one, held=(junior, enrolled(one, stage="junior", **cost))))
