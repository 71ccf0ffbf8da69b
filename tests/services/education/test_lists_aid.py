"""Standing lists of education aid against planted cases: owed, late, twice, misplaced."""

from datetime import UTC, date, datetime
from typing import cast

import pytest

from shared.policy import PolicyOverride
from shared.roster.models import HouseholdState
from shared.testing.department import Body, DepartmentSystem
from tests.services.education.planting import (
    AWARD,
    GRADE_4,
    LEFT,
    PAID,
    family,
    lines,
    members,
    said,
    village,
)

VISITED = {"visited_on": "2020-04-15", "visitor": "王老师"}
pytestmark = pytest.mark.usefixtures("in_both_districts")


@pytest.mark.req("D27", "M20", "M22", "Y36", "Y37", "H20")
async def test_entitled_and_without(education: DepartmentSystem) -> None:
    where = village(6)
    aided, without, boarder = await family(education, where, "甲", "乙", "丙")
    (dibao,) = await family(education, where, "丁", state=HouseholdState.CANDIDATE, household_type="dibao")
    (edge,) = await family(education, where, "戊", state=HouseholdState.CANDIDATE, categories=({"kind": "dibao"},))
    (candidate,) = await family(education, where, "己", state=HouseholdState.CANDIDATE)
    for one in (aided, without, dibao, edge, candidate):
        await education.accept("enrolments", one, **GRADE_4)
    await education.accept("enrolments", boarder, **GRADE_4, boarding=True)
    await education.accept("aid-awards", aided, **AWARD)
    rows = await lines(education, "education_aid_missing", division=where)
    assert said(rows, "item", "amount", "term") == {
        without.id: ("non_boarding_subsidy", "312.50", "spring"),
        dibao.id: ("non_boarding_subsidy", "312.50", "spring"),
        edge.id: ("non_boarding_subsidy", "312.50", "spring"),
        boarder.id: ("boarding_subsidy", "625.00", "spring"),
    }
    own = PolicyOverride(key="education.aid_items_owed", area=where, year=2020, value=["boarding_subsidy"])
    await education.set_policy(own)
    assert members(await lines(education, "education_aid_missing", division=where)) == {boarder.id}
    standard = PolicyOverride(
        key="education.boarding_subsidy", area="210504000000", year=2020, value={"primary": "2001", "junior": "3000"}
    )
    await education.set_policy(own, standard)
    rows = await lines(education, "education_aid_missing", division=where)
    assert said(rows, "amount") == {boarder.id: "1000.50"}, "the place's own amount of the school year, by halves"
    await education.set_policy()


@pytest.mark.req("D27", "M22")
async def test_in_winter_the_running_term_is_judged_by_the_year_in_which_it_began(education: DepartmentSystem) -> None:
    where = village(11)
    (one,) = await family(education, where, "甲")
    autumn = {"year": 2019, "term": "autumn", "registered_on": "2019-09-02"}
    await education.accept("enrolments", one, **{**GRADE_4, **autumn}, boarding=True)
    items = {2019: ["boarding_subsidy"], 2020: ["boarding_subsidy", "accommodation_waiver"]}
    await education.set_policy(
        *(
            PolicyOverride(key="education.aid_items_owed", area=where, year=year, value=value)
            for year, value in items.items()
        )
    )
    try:
        for day in (date(2019, 12, 31), date(2020, 2, 29), date(2020, 6, 1)):
            education.clock.set(datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC))
            rows = await lines(education, "education_aid_missing", division=where, year=2019)
            assert said(rows, "term", "item") == {one.id: ("autumn", "boarding_subsidy")}, day
            unpaid = await education.missing("education_aid_students", division=where, year=2019)
            assert said(unpaid, "term", "unpaid") == {one.id: ("autumn", "boarding_subsidy")}, day
            assert await lines(education, "education_aid_missing", division=where, year=2020) == []
            rate = await education.indicator("education_aid_students", division=where, year=2020)
            assert (rate["denominator"], rate["met"]) == (0, None), day
    finally:
        education.clock.set(datetime(2020, 6, 1, 4, 0, tzinfo=UTC))
        await education.set_policy()


@pytest.mark.req("D27", "M22")
async def test_aid_is_owed_by_the_enrolment_that_stands_and_for_a_term_that_began(education: DepartmentSystem) -> None:
    where = village(12)
    moved, left, early = await family(education, where, "甲", "乙", "丙")
    later = {"school_code": "X2", "registered_on": "2020-03-20"}
    for one in (moved, left):
        await education.accept("enrolments", one, **GRADE_4)
    await education.accept("enrolments", moved, **{**GRADE_4, **later}, boarding=True)
    await education.accept("enrolments", left, **{**GRADE_4, **later, **LEFT})
    rows = await lines(education, "education_aid_missing", division=where)
    assert said(rows, "item") == {moved.id: "boarding_subsidy"}, "one of two items that exclude each other"
    unpaid = await education.missing("education_aid_students", division=where)
    assert said(unpaid, "unpaid") == {moved.id: "boarding_subsidy"}
    assert members(await education.missing("students_paired", division=where)) == {moved.id}, "the other left"
    autumn = {**GRADE_4, "grade": 5, "term": "autumn", "registered_on": "2020-08-20"}
    try:
        education.clock.set(datetime(2020, 8, 31, 4, 0, tzinfo=UTC))
        await education.accept("enrolments", early, **autumn)
        assert members(await lines(education, "education_aid_missing", division=where)) == {moved.id}
        education.clock.set(datetime(2020, 9, 1, 4, 0, tzinfo=UTC))
        rows = await lines(education, "education_aid_missing", division=where)
        assert said(rows, "term") == {moved.id: "spring", early.id: "autumn"}
    finally:
        education.clock.set(datetime(2020, 6, 1, 4, 0, tzinfo=UTC))


@pytest.mark.req("M22", "D27", "D28")
async def test_aid_late_twice_misplaced_or_against_the_rules(education: DepartmentSystem) -> None:
    where = village(7)
    late, twice, wrong, never, early, right = await family(education, where, "甲", "乙", "丙", "丁", "戊", "己")
    for one in (late, twice, wrong, early, right):
        await education.accept("enrolments", one, **GRADE_4)
    autumn = {"year": 2019, "term": "autumn", "applied_on": "2019-10-08"}
    await education.accept(
        "enrolments", late, **{**GRADE_4, "year": 2019, "term": "autumn", "registered_on": "2019-09-02"}
    )
    await education.accept("aid-awards", late, **{**AWARD, **autumn})
    await education.accept("aid-awards", late, **AWARD)
    await education.accept("aid-awards", twice, **AWARD, **PAID)
    await education.accept("aid-awards", twice, **{**AWARD, "award_number": "2"}, **PAID)
    vocational = {**AWARD, "item": "vocational_grant", "stage": "secondary_vocational", "amount": "1000"}
    await education.accept("aid-awards", wrong, **vocational, **PAID)
    await education.accept("aid-awards", never, **AWARD, **PAID)
    await education.accept("aid-awards", early, **AWARD, posted_on="2020-04-01", paid_on="2020-04-05")
    await education.accept("aid-awards", early, **{**AWARD, "item": "boarding_subsidy", "amount": "625.01"}, **PAID)
    await education.accept("aid-awards", right, **AWARD, posted_on="2020-04-01", paid_on="2020-04-06")
    gone, two = await family(education, where, "庚", "辛")
    await education.accept("enrolments", gone, **{**GRADE_4, **LEFT, "left_on": "2020-03-19"})
    await education.accept("aid-awards", gone, **AWARD)
    await education.accept("enrolments", two, **GRADE_4)
    for school in ("X1", "X2"):
        await education.accept("aid-awards", two, **AWARD, school_code=school)
    loan = {**AWARD, "item": "student_loan", "stage": "undergraduate", "amount": "8000"}
    (student,) = await family(education, where, "壬", born=date(2000, 5, 4))
    await education.accept("aid-awards", student, **{**loan, **autumn})
    await education.accept("aid-awards", student, **loan)
    rows = await lines(education, "education_aid_overdue", division=where)
    late_since_winter = ("autumn", "2020-01-20", 133)
    assert said(rows, "term", "due_on", "days_late") == {late.id: late_since_winter, student.id: late_since_winter}
    rows = await lines(education, "education_aid_twice", division=where)
    assert said(rows, "term", "awards", "paid", "amount", "items", "schools") == {
        twice.id: ("spring", 2, 2, "625.00", "non_boarding_subsidy", None),
        early.id: ("spring", 2, 2, "937.51", "boarding_subsidy, non_boarding_subsidy", None),
        two.id: ("spring", 2, 0, "625.00", "non_boarding_subsidy", "X1, X2"),
        student.id: ("year", 2, 0, "16000.00", "student_loan", None),
    }
    rows = await lines(education, "education_aid_mismatch", division=where)
    assert said(rows, "stage", "enrolled") == {
        wrong.id: ("secondary_vocational", "primary"),
        never.id: ("primary", None),
        early.id: ("primary", "primary"),
        gone.id: ("primary", "primary"),
    }
    irregular = [cast(Body, one["detail"]) for one in await lines(education, "education_aid_irregular", division=where)]
    assert {(one["item"], one["above_standard"], one["posted_too_short"]) for one in irregular} == {
        ("non_boarding_subsidy", False, True),
        ("boarding_subsidy", True, False),
    }
