"""Indicators against planted cases: numerator, denominator, target, verdict, and who is missing."""

from datetime import UTC, date, datetime

import pytest

from services.education.indicators import INDICATORS
from shared.facts.models import Facts, GuaranteeState
from shared.roster.models import HouseholdState
from shared.testing.department import DepartmentSystem
from tests.services.education.planting import (
    AWARD,
    GRADE_4,
    LEFT,
    PAID,
    SEVENTEEN,
    counts,
    family,
    members,
    village,
)

pytestmark = pytest.mark.usefixtures("in_both_districts")


async def test_every_one_can_be_asked(education: DepartmentSystem) -> None:
    for year in (2019, 2020, 2021):
        answer = await education.read("indicators", division=village(1), year=year)
        assert len(answer["items"]) == len(INDICATORS)  # type: ignore[arg-type]  # a JSON array
    for one in INDICATORS:
        if one.code != "consolidation_rise":
            assert await education.missing(one.code, division=village(1), year=2020) == []
        assert (await education.indicator(one.code, division="210504", by="division", year=2020))["code"] == one.code


@pytest.mark.req("D26", "Y40", "M21", "H22", "M23")
async def test_children_of_compulsory_age_in_school(education: DepartmentSystem) -> None:
    where = village(2)
    there, gone, unknown = await family(education, where, "甲", "乙", "丙")
    (elsewhere,) = await family(education, where, "丁", state=HouseholdState.CANDIDATE)
    await family(education, where, "戊", born=SEVENTEEN)
    (lawful,) = await family(education, where, "己", state=HouseholdState.EXITED)
    await education.accept("enrolments", there, **GRADE_4)
    await education.accept("enrolments", gone, **{**GRADE_4, **LEFT})
    await education.accept("enrolments", elsewhere, **{**GRADE_4, **LEFT})
    await education.accept("enrolments", lawful, **{**GRADE_4, "status": "home_teaching", "reason": "illness"})
    assert counts(await education.indicator("compulsory_in_school", division=where)) == (2, 4, "0.5000", False)
    missing = await education.missing("compulsory_in_school", division=where)
    assert {one["member_id"]: one["detail"]["situation"] for one in missing} == {  # type: ignore[index]  # JSON object
        gone.id: "dropped_out",
        unknown.id: "no_enrolment",
    }
    assert counts(await education.indicator("no_dropout_for_poverty", division=where)) == (3, 4, "0.7500", False)
    (poor,) = await education.missing("no_dropout_for_poverty", division=where)
    assert (poor["member_id"], poor["detail"]["reason"]) == (gone.id, "poverty")  # type: ignore[index]  # JSON object
    assert members(await education.missing("enrolment_recorded", division=where)) == {unknown.id}


@pytest.mark.req("Y05", "D26")
async def test_of_compulsory_age_to_the_day(education: DepartmentSystem) -> None:
    """Six by 31 August before the school year, and not yet sixteen: as the facts have it."""
    where = village(15)
    expected = {
        date(2013, 8, 31): True,
        date(2013, 9, 1): False,
        date(2004, 6, 2): True,
        date(2004, 6, 1): False,
    }
    for number, (born, of_age) in enumerate(expected.items()):
        (one,) = await family(education, where, f"子{number}", born=born)
        missing = members(await education.missing("compulsory_in_school", division=where))
        assert (one.id in missing) is of_age, born
        (row,) = await education.rows(
            "SELECT f.content FROM household_facts f JOIN roster_member m USING (household_id) WHERE m.member_id = $1",
            one.member.member_id,
        )
        (guarantee,) = Facts.model_validate_json(str(row["content"])).guarantees
        assert guarantee.state is (GuaranteeState.UNKNOWN if of_age else GuaranteeState.NOT_APPLICABLE), born
    assert counts(await education.indicator("compulsory_in_school", division=where))[:2] == (0, 2)


@pytest.mark.req("Y41")
async def test_retention_from_spring_to_autumn(education: DepartmentSystem) -> None:
    where = village(3)
    on, off, done = await family(education, where, "甲", "乙", "丙")
    for one in (on, off):
        await education.accept("enrolments", one, **GRADE_4)
    await education.accept("enrolments", done, **{**GRADE_4, "stage": "junior", "grade": 9})
    assert counts(await education.indicator("compulsory_retention", division=where, year=2020))[1] == 0
    await education.accept(
        "enrolments", on, **{**GRADE_4, "year": 2019, "term": "spring", "registered_on": "2019-03-02"}
    )
    await education.accept(
        "enrolments", off, **{**GRADE_4, "year": 2019, "term": "spring", "registered_on": "2019-03-02"}
    )
    await education.accept(
        "enrolments", on, **{**GRADE_4, "year": 2019, "term": "autumn", "registered_on": "2019-09-02"}
    )
    assert counts(await education.indicator("compulsory_retention", division=where, year=2019)) == (
        1,
        2,
        "0.5000",
        False,
    )
    assert members(await education.missing("compulsory_retention", division=where, year=2019)) == {off.id}


@pytest.mark.req("Y41")
async def test_the_cohort_s_consolidation_and_its_rise(education: DepartmentSystem) -> None:
    where = village(4)
    for year, graduated in ((2019, 90), (2020, 96)):
        cohort = {"year": year, "counted_on": f"{year}-05-30", "entered": 100, "moved_in": 4, "moved_out": 4}
        await education.accept_row("school-cohorts", {"division": where, **cohort, "graduated": graduated})
    value = await education.indicator("consolidation", division=where, year=2020)
    assert (counts(value), value["unit"]) == ((96, 100, "0.9600", True), "student")
    assert await education.missing("consolidation", division=where, year=2020) == []
    for code, year in (("consolidation", 2019), ("consolidation_before", 2020)):
        (behind,) = await education.missing(code, division=where, year=year)
        assert behind["division"] == where
        assert behind["detail"] == {"year": 2019, "due": 100, "graduated": 90, "short": 5}
    rise = await education.indicator("consolidation_rise", division=where, year=2020)
    assert (rise["ratio"], rise["met"]) == ("0.0600", True)


async def test_a_rise_says_where_to_look_instead_of_a_list(education: DepartmentSystem) -> None:
    refused = await education.get("indicators/consolidation_rise/missing", division=village(4), year=2020)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (404, "indicator-without-list")
    assert "by=division" in problem["remedy"]
    assert (await education.get("indicators/nothing/missing", division=village(4))).json()["code"] == "not-found"


@pytest.mark.req("D27", "D28", "H20", "Y36", "Y37", "M20", "SYS30")
async def test_aid_owed_and_paid(education: DepartmentSystem) -> None:
    where = village(5)
    day, boarder = await family(education, where, "甲", "乙")
    (garden,) = await family(education, where, "丙", born=date(2015, 12, 1))
    (vocational,) = await family(education, where, "丁", born=SEVENTEEN)
    await education.accept("enrolments", day, **GRADE_4)
    await education.accept("enrolments", boarder, **GRADE_4, boarding=True)
    kindergarten = {**GRADE_4, "stage": "preschool", "grade": 2, "inclusive_kindergarten": True}
    await education.accept("enrolments", garden, **kindergarten)
    await education.accept("enrolments", vocational, **{**GRADE_4, "stage": "secondary_vocational", "grade": 1})
    await education.accept("aid-awards", day, **AWARD, **PAID)
    await education.accept("aid-awards", boarder, **{**AWARD, "item": "boarding_subsidy"})
    for item in ("vocational_tuition_waiver", "vocational_grant"):
        await education.accept(
            "aid-awards", vocational, **{**AWARD, "item": item, "stage": "secondary_vocational"}, **PAID
        )
    assert counts(await education.indicator("education_aid_students", division=where)) == (1, 4, "0.2500", False)
    unpaid = {
        one["member_id"]: one["detail"]["unpaid"]  # type: ignore[index]  # a JSON object
        for one in await education.missing("education_aid_students", division=where)
    }
    assert unpaid == {boarder.id: "boarding_subsidy", garden.id: "preschool_aid", vocational.id: "yulu"}
    assert counts(await education.indicator("education_aid_households", division=where)) == (0, 3, "0.0000", False)
    for code, member in (("boarding_subsidy", boarder), ("preschool_aid", garden), ("vocational_subsidy", vocational)):
        assert counts(await education.indicator(code, division=where)) == (0, 1, "0.0000", False)
        assert members(await education.missing(code, division=where)) == {member.id}
    assert counts(await education.indicator("vocational_schooling", division=where)) == (1, 1, "1.0000", None)


@pytest.mark.req("M24", "Y40")
async def test_households_poor_or_back_in_poverty_by_schooling(education: DepartmentSystem) -> None:
    where = village(8)
    causes = {"causes": ("schooling", "illness")}
    await family(education, where, "甲", causes=("illness",))
    await family(education, where, "乙", **causes)
    await family(education, where, "丙", state=HouseholdState.RETURNED, **causes)
    await family(education, where, "丁", state=HouseholdState.EXITED, **causes)
    assert counts(await education.indicator("not_poor_by_schooling", division=where)) == (2, 4, "0.5000", False)
    missing = await education.missing("not_poor_by_schooling", division=where)
    assert {one["detail"]["state"] for one in missing} == {"registered", "returned"}  # type: ignore[index]  # JSON object
    assert counts(await education.indicator("not_returned_by_schooling", division=where)) == (1, 2, "0.5000", False)
    (returned,) = await education.missing("not_returned_by_schooling", division=where)
    assert returned["detail"] == {"state": "returned", "main_cause": "schooling"}


async def test_a_year_gone_by_is_asked_as_of_its_last_day(education: DepartmentSystem) -> None:
    where = village(12)
    (one,) = await family(education, where, "甲")
    await education.accept(
        "enrolments", one, **{**GRADE_4, "year": 2019, "term": "autumn", "registered_on": "2019-09-02"}
    )
    assert counts(await education.indicator("compulsory_in_school", division=where, year=2019))[:2] == (1, 1)
    assert counts(await education.indicator("compulsory_in_school", division=where, year=2020))[:2] == (0, 1)
    education.clock.set(datetime(2020, 2, 29, 4, 0, tzinfo=UTC))
    try:
        assert counts(await education.indicator("compulsory_in_school", division=where, year=2020))[:2] == (1, 1)
    finally:
        education.clock.set(datetime(2020, 6, 1, 4, 0, tzinfo=UTC))


async def test_what_came_after_a_year_is_no_word_of_that_year(education: DepartmentSystem) -> None:
    where = village(14)
    found, back, later, senior = await family(education, where, "甲", "乙", "丙", "丁")
    autumn = {**GRADE_4, "year": 2019, "term": "autumn", "registered_on": "2019-09-02"}
    for one in (found, back, later):
        await education.accept("enrolments", one, **autumn)
    open_case = {"found_on": "2019-10-10", "reason": "work"}
    await education.accept("dropout-cases", found, **open_case)
    visited = {"visited_on": "2019-10-12", "visitor": "王老师"}
    await education.accept("dropout-cases", back, **open_case, **visited, returned_on="2020-04-01")
    await education.accept("dropout-cases", later, found_on="2020-05-06", reason="work")
    for one in (found, later):
        await education.accept("enrolments", one, **GRADE_4)
    await education.accept("enrolments", senior, **{**GRADE_4, "stage": "senior_high", "grade": 1})

    async def situations(year: int) -> dict[object, object]:
        missing = await education.missing("compulsory_in_school", division=where, year=year)
        return {one["member_id"]: one["detail"]["situation"] for one in missing}  # type: ignore[index]  # JSON object

    out = "found_out_of_class"
    assert await situations(2019) == {found.id: out, back.id: out, senior.id: "no_enrolment"}
    assert await situations(2020) == {later.id: out}
