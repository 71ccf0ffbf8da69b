"""Rates of education aid: which awards count for which students, item by item and term by term."""

from datetime import date

import pytest

from shared.roster.models import HouseholdState
from shared.testing.department import Body, DepartmentSystem, Person
from tests.services.education.planting import AWARD, GRADE_4, LEFT, PAID, counts, family, members, said, village

AUTUMN: Body = {**GRADE_4, "year": 2019, "term": "autumn", "registered_on": "2019-09-02"}
PAID_THEN = {"applied_on": "2019-09-20", "posted_on": "2019-10-01", "paid_on": "2019-10-20"}
pytestmark = pytest.mark.usefixtures("in_both_districts")


@pytest.mark.req("D27", "M20", "M22", "H20", "Y36", "Y37")
async def test_only_the_item_and_term_that_are_owed_count(education: DepartmentSystem) -> None:
    where = village(15)

    async def pupil(name: str, **more: object) -> Person:
        """Of a household of their own, by day in grade 4."""
        (one,) = await family(education, where, name, **more)  # type: ignore[arg-type]  # fields of the roster
        await education.accept("enrolments", one, **GRADE_4)
        return one

    paid, voided, other_item, other_term, moved, left = [
        await pupil(name) for name in ("甲", "乙", "丙", "丁", "戊", "己")
    ]
    await pupil("庚", state=HouseholdState.CANDIDATE, household_type="dibao")
    (garden,) = await family(education, where, "辛", born=date(2015, 12, 1))
    await education.accept("enrolments", garden, **{**GRADE_4, "stage": "preschool", "grade": 2})
    await education.accept("aid-awards", paid, **AWARD, **PAID)
    award = await education.accept("aid-awards", voided, **AWARD, **PAID)
    await education.post(f"aid-awards/{award['id']}:void", {"reason": "误录"})
    await education.accept("aid-awards", other_item, **{**AWARD, "item": "boarding_subsidy"}, **PAID)
    await education.accept("enrolments", other_term, **AUTUMN)
    await education.accept("aid-awards", other_term, **{**AWARD, "year": 2019, "term": "autumn", **PAID_THEN})
    gone = {**GRADE_4, "status": "transferred_out", "left_on": "2020-03-19"}
    await education.accept("enrolments", moved, **gone)
    again = {**GRADE_4, "school_code": "X2", "registered_on": "2020-03-20", "boarding": True}
    await education.accept("enrolments", moved, **again)
    await education.accept("enrolments", left, **{**GRADE_4, **LEFT})
    (former,) = await family(education, where, "壬")
    spring = {"year": 2019, "term": "spring", "registered_on": "2019-03-04"}
    await education.accept("enrolments", former, **{**GRADE_4, **spring})

    unpaid = said(await education.missing("education_aid_students", division=where), "unpaid", "term", "stage")
    day = ("non_boarding_subsidy", "spring", "primary")
    boarder = ("boarding_subsidy", "spring", "primary")
    assert unpaid == {voided.id: day, other_item.id: day, other_term.id: day, moved.id: boarder}
    assert counts(await education.indicator("education_aid_students", division=where)) == (1, 5, "0.2000", False)
    assert counts(await education.indicator("education_aid_households", division=where)) == (1, 5, "0.2000", False)
    households = await education.missing("education_aid_households", division=where)
    assert [one["detail"] for one in households] == [{"year": 2020, "term": "spring", "owed": 1, "unpaid": 1}] * 4
    assert members(await education.missing("boarding_subsidy", division=where)) == {moved.id}
    assert counts(await education.indicator("preschool_aid", division=where))[1] == 0, "not an inclusive kindergarten"
    before = await education.indicator("education_aid_students", division=where, year=2019)
    assert counts(before) == (1, 1, "1.0000", True)
