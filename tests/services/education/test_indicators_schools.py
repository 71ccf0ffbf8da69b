"""Indicators of schools, teachers and what comes after compulsory school, against planted cases."""

import pytest

from shared.policy import PolicyOverride
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

pytestmark = pytest.mark.usefixtures("in_both_districts")


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
    unpaid, mistaken, other = await family(education, where, "戊", "己", "庚", born=TWENTY)
    for one in (unpaid, mistaken, other):
        await education.accept("enrolments", one, **{**GRADE_4, "stage": "higher_vocational", "grade": 1})
    grant = {**AWARD, "item": "college_grant", "stage": "higher_vocational"}
    await education.accept("aid-awards", unpaid, **grant)
    award = await education.accept("aid-awards", mistaken, **grant, **PAID)
    await education.post(f"aid-awards/{award['id']}:void", {"reason": "误录"})
    await education.accept("aid-awards", other, **{**grant, "item": "yulu"}, **PAID)
    without = {neither.id, unpaid.id, mistaken.id, other.id}
    assert members(await education.missing("college_support", division=where)) == without
    for one in (unpaid, mistaken, other):
        await education.accept(
            "enrolments", one, **{**GRADE_4, **LEFT, "stage": "higher_vocational", "grade": 1, "school_code": "X1"}
        )
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
    today, until_today = await family(education, where, "丁", "戊")
    (student,) = await family(education, where, "己", born=TWENTY)
    for one in (today, until_today):
        await education.accept("enrolments", one, **GRADE_4)
    await education.accept("enrolments", student, **{**GRADE_4, "stage": "undergraduate", "grade": 1})
    await education.accept("teacher-pairings", today, **{**pairing, "paired_on": "2020-06-01"})
    await education.accept("teacher-pairings", until_today, **pairing, ended_on="2020-06-01")
    unpaired = {ended.id, visited.id, until_today.id}
    assert members(await education.missing("students_paired", division=where)) == unpaired, "no college student"
    autumn = {"year": 2019, "term": "autumn", "registered_on": "2019-09-02"}
    await education.accept("enrolments", paired, **{**GRADE_4, **autumn})
    assert counts(await education.indicator("students_paired", division=where, year=2019))[:2] == (0, 1)
    for one in (today, until_today, student):
        await education.household(one, division=village(16), version=2)
    await education.accept("home-visits", visited, visited_on="2020-04-05", visitor="李老师", topics=["learning"])
    await education.accept("home-visits", paired, visited_on="2020-01-05", visitor="李老师")
    assert counts(await education.indicator("students_visited", division=where)) == (1, 2, "0.5000", False)
    (unvisited,) = await education.missing("students_visited", division=where)
    assert unvisited["household_id"] == await home_of(education, paired), "a visit of the term before is none of this"
    visit = await education.accept("home-visits", paired, visited_on="2020-04-05", visitor="李老师")
    assert counts(await education.indicator("students_visited", division=where))[:2] == (2, 2)
    await education.post(f"home-visits/{visit['id']}:void", {"reason": "登错户"})
    assert counts(await education.indicator("students_visited", division=where))[:2] == (1, 2)
    for code, kind in (("P1", "primary_school"), ("P2", "primary_school"), ("K1", "kindergarten")):
        school = {"division": where, "school_code": code, "school_name": "学校", "kind": kind}
        await education.accept_row("schools", {**school, "assessed_on": "2018-12-01", "standardised": code == "P1"})
    exchange = {"teacher": "赵老师", "kind": "rotation", "from_school_code": "C1", "to_school_code": "P1"}
    await education.accept_row("teacher-exchanges", {"division": where, **exchange, "started_on": "2019-09-01"})
    over = {**exchange, "to_school_code": "P2", "started_on": "2018-09-01", "ended_on": "2019-12-31"}
    await education.accept_row("teacher-exchanges", {"division": where, **over})
    assert counts(await education.indicator("teacher_exchange", division=where)) == (1, 2, "0.5000", True)
    assert await schools_missing(education, "teacher_exchange", where) == ["P2"]
    mistaken = await education.accept_row(
        "teacher-exchanges", {"division": where, **over, "started_on": "2020-03-01", "ended_on": None}
    )
    for year, reached in ((2017, (0, 0)), (2018, (1, 2)), (2019, (2, 2)), (2020, (2, 2))):
        assert counts(await education.indicator("teacher_exchange", division=where, year=year))[:2] == reached
    await education.post(f"teacher-exchanges/{mistaken['id']}:void", {"reason": "误录"})
    assert await schools_missing(education, "teacher_exchange", where) == ["P2"]
    training = {"training_number": "P-1", "subject": "information_technology", "participants": 8, "school_code": "P2"}
    await education.accept_row("teacher-trainings", {"division": where, **training, "started_on": "2020-05-11"})
    other = {**training, "training_number": "P-2", "subject": "class_management", "school_code": "P1"}
    await education.accept_row("teacher-trainings", {"division": where, **other, "started_on": "2020-05-11"})
    earlier = {**training, "training_number": "P-3", "school_code": "P1"}
    await education.accept_row("teacher-trainings", {"division": where, **earlier, "started_on": "2019-05-11"})
    assert counts(await education.indicator("teacher_training", division=where)) == (1, 2, "0.5000", False)
    assert await schools_missing(education, "teacher_training", where) == ["P1"]
    mistaken = await education.accept_row(
        "teacher-trainings",
        {"division": where, **training, "training_number": "P-4", "school_code": "P1", "started_on": "2020-05-12"},
    )
    assert await schools_missing(education, "teacher_training", where) == []
    await education.post(f"teacher-trainings/{mistaken['id']}:void", {"reason": "误录"})
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
        (poor, "S6", "kindergarten", False, True),
        ("210504101000", "S4", "junior_high", True, True),
        ("210504101000", "S7", "primary_school", False, True),
        ("210504102000", "S8", "junior_high", False, True),
    ):
        school = {"division": where, "school_code": code, "school_name": "学校", "kind": kind, "standardised": good}
        await education.accept_row("schools", {**school, "assessed_on": "2019-12-01", "publicly_run": public})
    assert await schools_missing(education, "standard_primary_school", poor) == ["S2"]
    for where, value in ((poor, (1, 2, "0.5000", False)), (other, (0, 0, None, None))):
        assert counts(await education.indicator("standard_primary_school", division=where)) == value
    for year, schools in ((2018, 0), (2019, 2), (2020, 2)):
        found = await education.indicator("standard_primary_school", division=poor, year=year)
        assert found["denominator"] == schools
        assert (await education.indicator("standard_school", division=poor, year=year))["denominator"] == schools
        found = await education.indicator("standard_junior_high", division="210504101", year=year)
        assert found["denominator"] == min(schools, 1)
    await family(education, "210504102001", "丙", village_class="other")
    assert counts(await education.indicator("standard_junior_high", division="210504102"))[1] == 0, "no poor village"
    assert counts(await education.indicator("standard_school", division=other)) == (0, 1, "0.0000", False)
    (without,) = await education.missing("kindergarten_need_met", division=poor)
    assert without["detail"] == {"children": None, "places": None, "counted": False}
    need = {"division": poor, "year": 2020, "counted_on": "2020-05-01", "children": 30}
    await education.accept_row("kindergarten-needs", {**need, "places": 29})
    assert counts(await education.indicator("kindergarten_need_met", division=poor)) == (0, 1, "0.0000", False)
    await education.accept_row("kindergarten-needs", {**need, "places": 30})
    assert counts(await education.indicator("kindergarten_need_met", division=poor)) == (1, 1, "1.0000", True)
    earlier = {**need, "year": 2018, "counted_on": "2018-05-01", "places": 29}
    await education.accept_row("kindergarten-needs", earlier)
    for year, met in ((2017, 0), (2018, 0), (2019, 0), (2020, 1)):
        found = await education.indicator("kindergarten_need_met", division=poor, year=year)
        assert counts(found)[:2] == (met, 1), year
    await education.accept_row("kindergarten-needs", {**earlier, "places": 30})
    newest = await education.accept_row("kindergarten-needs", {**need, "places": 29})
    assert counts(await education.indicator("kindergarten_need_met", division=poor))[0] == 0
    await education.post(f"kindergarten-needs/{newest['id']}:void", {"reason": "重数"})
    assert counts(await education.indicator("kindergarten_need_met", division=poor))[0] == 1
    assert counts(await education.indicator("kindergarten_need_met", division=other))[1] == 0
