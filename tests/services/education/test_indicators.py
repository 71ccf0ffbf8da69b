"""Indicators against planted cases: numerator, denominator, target, verdict, and who is missing."""

from datetime import UTC, date, datetime

import pytest

from services.education.indicators import INDICATORS
from shared.facts.models import Facts, GuaranteeState
from shared.policy import PolicyOverride
from shared.roster.models import HouseholdState
from shared.testing.department import DepartmentSystem, Person
from tests.services.education.planting import (
    AWARD,
    GRADE_4,
    LEFT,
    PAID,
    SEVENTEEN,
    TWENTY,
    counts,
    family,
    members,
    village,
)

DISTRICTS = ("210504000000", "420115000000")


@pytest.fixture(autouse=True)
def in_both_districts(education: DepartmentSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The department's system holds both districts."""
    plain = education.headers
    monkeypatch.setattr(education, "headers", lambda *where, **more: plain(*(where or DISTRICTS), **more))


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


@pytest.mark.req("Y35", "Y39")
async def test_beyond_compulsory_school(education: DepartmentSystem) -> None:
    where = village(6)
    granted, lent, neither = await family(education, where, "甲", "乙", "丙", born=TWENTY)
    (senior,) = await family(education, where, "丁", born=SEVENTEEN)
    for one, stage in ((granted, "higher_vocational"), (lent, "undergraduate"), (neither, "undergraduate")):
        await education.accept("enrolments", one, **{**GRADE_4, "stage": stage, "grade": 1})
    await education.accept("enrolments", senior, **{**GRADE_4, "stage": "senior_high", "grade": 1})
    await education.accept(
        "aid-awards", granted, **{**AWARD, "item": "college_grant", "stage": "higher_vocational"}, **PAID
    )
    loan = {**AWARD, "year": 2019, "term": "autumn", "item": "student_loan", "stage": "undergraduate"}
    steps = {"applied_on": "2019-08-20", "posted_on": "2019-09-01", "paid_on": "2019-10-20"}
    await education.accept("aid-awards", lent, **{**loan, **steps})
    assert counts(await education.indicator("college_support", division=where)) == (2, 3, "0.6666", False)
    assert members(await education.missing("college_support", division=where)) == {neither.id}
    assert counts(await education.indicator("vocational_schooling", division=where)) == (1, 4, "0.2500", None)
    own = PolicyOverride(key="education.aid_items_owed", area=where, year=2020, value=["student_loan"])
    await education.set_policy(own)
    # A loan is lent once a school year: that of the autumn serves for the spring.
    assert counts(await education.indicator("education_aid_students", division=where)) == (1, 3, "0.3333", False)
    listed = (await education.read("lists/education_aid_missing", division=where))["items"]
    assert members(listed) == {granted.id, neither.id}  # type: ignore[arg-type]  # a JSON list
    await education.set_policy()


@pytest.mark.req("Y38")
async def test_a_fifth_of_the_students_of_senior_high_schools(education: DepartmentSystem) -> None:
    where = village(7)
    count = {"division": where, "year": 2020, "stage": "senior_high", "counted_on": "2020-04-01", "term": "spring"}
    await education.accept_row("student-counts", {**count, "school_code": "G1", "students": 900, "aided": 180})
    value = await education.indicator("senior_high_aid_coverage", division=where)
    assert (counts(value), value["unit"]) == ((180, 900, "0.2000", True), "student")
    await education.accept_row("student-counts", {**count, "school_code": "G2", "students": 101, "aided": 20})
    await education.accept_row(
        "student-counts", {**count, "school_code": "G2", "stage": "junior", "students": 9, "aided": 0}
    )
    assert counts(await education.indicator("senior_high_aid_coverage", division=where)) == (200, 1001, "0.1998", False)
    (short,) = await education.missing("senior_high_aid_coverage", division=where)
    assert short["division"] == where
    assert short["detail"] == {"school_code": "G2", "students": 101, "aided": 20, "short": 1}
    own = PolicyOverride(key="education.senior_high_aid_target", area=where, year=2020, value="0.198")
    await education.set_policy(own)
    assert await education.missing("senior_high_aid_coverage", division=where) == []
    await education.set_policy()


@pytest.mark.req("Y38")
async def test_each_school_s_newest_count_of_the_year(education: DepartmentSystem) -> None:
    where = village(13)
    count = {"division": where, "stage": "senior_high", "school_code": "G3", "students": 100}
    for year, term, day, aided in (
        (2019, "autumn", "2019-10-08", 10),
        (2020, "spring", "2020-04-08", 20),
        (2020, "autumn", "2020-05-20", 30),
    ):
        row = {**count, "year": year, "term": term, "counted_on": day, "aided": aided}
        await education.accept_row("student-counts", row)
    for year, aided in ((2019, 10), (2020, 30), (2021, 0)):
        value = await education.indicator("senior_high_aid_coverage", division=where, year=year)
        assert value["numerator"] == aided, year


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


@pytest.mark.req("M23", "Y41", "H35")
async def test_teachers(education: DepartmentSystem) -> None:
    where = village(9)
    paired, ended = await family(education, where, "甲", "乙")
    (visited,) = await family(education, where, "丙")
    for one in (paired, ended, visited):
        await education.accept("enrolments", one, **GRADE_4)
    pairing = {"teacher": "李老师", "school_code": "X1", "paired_on": "2020-03-05"}
    await education.accept("teacher-pairings", paired, **pairing)
    await education.accept("teacher-pairings", ended, **pairing, ended_on="2020-05-01")
    assert counts(await education.indicator("students_paired", division=where)) == (1, 3, "0.3333", False)
    assert members(await education.missing("students_paired", division=where)) == {ended.id, visited.id}
    await education.accept("home-visits", visited, visited_on="2020-04-05", visitor="李老师", topics=["learning"])
    await education.accept("home-visits", paired, visited_on="2020-01-05", visitor="李老师")
    assert counts(await education.indicator("students_visited", division=where)) == (1, 2, "0.5000", False)
    (unvisited,) = await education.missing("students_visited", division=where)
    assert unvisited["household_id"] == await home_of(education, paired), "a visit of the term before is none of this"
    for code in ("P1", "P2"):
        school = {"division": where, "school_code": code, "school_name": "小学", "kind": "primary_school"}
        await education.accept_row("schools", {**school, "assessed_on": "2019-12-01", "standardised": code == "P1"})
    exchange = {"teacher": "赵老师", "kind": "rotation", "from_school_code": "C1", "to_school_code": "P1"}
    await education.accept_row("teacher-exchanges", {"division": where, **exchange, "started_on": "2019-09-01"})
    over = {**exchange, "to_school_code": "P2", "started_on": "2018-09-01", "ended_on": "2019-12-31"}
    await education.accept_row("teacher-exchanges", {"division": where, **over})
    assert counts(await education.indicator("teacher_exchange", division=where)) == (1, 2, "0.5000", True)
    assert await schools_missing(education, "teacher_exchange", where) == ["P2"]
    training = {"training_number": "P-1", "subject": "information_technology", "participants": 8, "school_code": "P2"}
    await education.accept_row("teacher-trainings", {"division": where, **training, "started_on": "2020-05-11"})
    other = {**training, "training_number": "P-2", "subject": "class_management", "school_code": "P1"}
    await education.accept_row("teacher-trainings", {"division": where, **other, "started_on": "2020-05-11"})
    earlier = {**training, "training_number": "P-3", "school_code": "P1"}
    await education.accept_row("teacher-trainings", {"division": where, **earlier, "started_on": "2019-05-11"})
    assert counts(await education.indicator("teacher_training", division=where)) == (1, 2, "0.5000", False)
    assert await schools_missing(education, "teacher_training", where) == ["P1"]


async def home_of(education: DepartmentSystem, one: Person) -> str:
    (row,) = await education.rows("SELECT household_id FROM roster_member WHERE member_id = $1", one.member.member_id)
    return str(row["household_id"])


async def schools_missing(education: DepartmentSystem, code: str, where: str) -> list[object]:
    return [one["detail"]["school_code"] for one in await education.missing(code, division=where)]  # type: ignore[index]  # JSON object


@pytest.mark.req("H21", "Y41")
async def test_schools_and_kindergartens_of_poor_villages(education: DepartmentSystem) -> None:
    poor, other = village(10), village(11)
    await family(education, poor, "甲")
    await family(education, other, "乙", village_class="other")
    for where, code, kind, good, public in (
        (poor, "S1", "primary_school", True, True),
        (poor, "S2", "primary_school", False, True),
        (poor, "S5", "primary_school", False, False),
        (other, "S3", "primary_school", False, True),
        ("210504101000", "S4", "junior_high", True, True),
    ):
        school = {"division": where, "school_code": code, "school_name": "学校", "kind": kind, "standardised": good}
        await education.accept_row("schools", {**school, "assessed_on": "2019-12-01", "publicly_run": public})
    assert await schools_missing(education, "standard_primary_school", poor) == ["S2"]
    for where, value in ((poor, (1, 2, "0.5000", False)), (other, (0, 0, None, None))):
        assert counts(await education.indicator("standard_primary_school", division=where)) == value
    assert counts(await education.indicator("standard_junior_high", division="210504101"))[:2] == (1, 1)
    assert counts(await education.indicator("standard_school", division=other)) == (0, 1, "0.0000", False)
    (without,) = await education.missing("kindergarten_need_met", division=poor)
    assert without["detail"] == {"children": None, "places": None, "counted": False}
    need = {"division": poor, "year": 2020, "counted_on": "2020-05-01", "children": 30}
    await education.accept_row("kindergarten-needs", {**need, "places": 29})
    assert counts(await education.indicator("kindergarten_need_met", division=poor)) == (0, 1, "0.0000", False)
    await education.accept_row("kindergarten-needs", {**need, "places": 30})
    assert counts(await education.indicator("kindergarten_need_met", division=poor)) == (1, 1, "1.0000", True)
    assert counts(await education.indicator("kindergarten_need_met", division=other))[1] == 0


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
