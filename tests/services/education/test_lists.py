"""Standing lists against planted cases: who is on them, who is not, and what is said of each line."""

from datetime import UTC, date, datetime
from typing import cast

import pytest

from services.education.lists import LISTS
from services.education.lists.schooling import OUT_OF_SCHOOL
from shared.facts.models import Facts, GuaranteeState
from shared.roster.models import HouseholdState
from shared.testing.department import Body, DepartmentSystem
from tests.services.education.planting import (
    GRADE_4,
    LEFT,
    SEVENTEEN,
    counts,
    family,
    lines,
    members,
    said,
    village,
)

VISITED = {"visited_on": "2020-04-15", "visitor": "王老师"}
pytestmark = pytest.mark.usefixtures("in_both_districts")


async def test_every_list_can_be_read_and_is_empty_where_nobody_lives(education: DepartmentSystem) -> None:
    for one in LISTS:
        assert await lines(education, one.code, division=village(1)) == []
    summaries = await education.read("lists", division="210504", by="division")
    assert len(cast(list[Body], summaries["items"])) == len(LISTS)


@pytest.mark.req("D26", "M21", "H22", "Y40")
async def test_of_compulsory_age_and_not_in_school(education: DepartmentSystem) -> None:
    where = village(2)
    there, poor, ill, unknown = await family(education, where, "甲", "乙", "丙", "丁")
    (candidate,) = await family(education, where, "己", state=HouseholdState.CANDIDATE)
    await family(education, where, "庚", born=SEVENTEEN)
    await education.accept("enrolments", there, **GRADE_4)
    await education.accept("enrolments", poor, **{**GRADE_4, **LEFT})
    await education.accept("enrolments", ill, **{**GRADE_4, **LEFT, "status": "suspended", "reason": "illness"})
    await education.accept("enrolments", candidate, **{**GRADE_4, **LEFT, "reason": "unwilling"})
    rows = await lines(education, OUT_OF_SCHOOL.code, division=where)
    assert said(rows, "situation", "reason", "registered") == {
        poor.id: ("dropped_out", "poverty", True),
        ill.id: ("suspended", "illness", True),
        unknown.id: ("no_enrolment", None, True),
        candidate.id: ("dropped_out", "unwilling", False),
    }
    assert members(await lines(education, "dropout_for_poverty", division=where)) == {poor.id}
    lawful = {"lawful_on": "2020-04-18", "lawful_reason": "illness", "lawful_until": "2020-08-31"}
    await education.accept("dropout-cases", ill, found_on="2020-04-10", reason="illness", **VISITED, **lawful)
    await education.accept(
        "dropout-cases", poor, found_on="2020-04-10", reason="poverty", **VISITED, returned_on="2020-05-06"
    )
    left = members(await lines(education, OUT_OF_SCHOOL.code, division=where))
    assert left == {unknown.id, candidate.id}


async def test_the_list_says_what_the_facts_say(education: DepartmentSystem) -> None:
    """The same cases through the guarantee and through the list."""
    where = village(3)
    returned = {**VISITED, "returned_on": "2020-05-06"}
    lapsed = {**VISITED, "lawful_on": "2020-04-18", "lawful_reason": "illness", "lawful_until": "2020-05-31"}
    moved = {**GRADE_4, "status": "transferred_out", "left_on": "2020-04-01"}
    autumn = {**GRADE_4, "year": 2019, "term": "autumn", "registered_on": "2019-09-02"}
    home = {**GRADE_4, "status": "home_teaching"}
    plots: list[tuple[list[Body], list[Body]]] = [
        ([GRADE_4], []),
        ([], []),
        ([autumn], []),
        ([{**GRADE_4, **LEFT}], []),
        ([{**GRADE_4, **LEFT, "school_code": None}, GRADE_4], []),
        ([{**GRADE_4, **LEFT}, {**GRADE_4, "school_code": "X2", "registered_on": "2020-04-20"}], []),
        ([moved], []),
        ([moved, {**GRADE_4, "school_code": "X2"}], []),
        ([{**home, "reason": "illness"}], []),
        ([{**home, "reason": "unwilling"}], []),
        ([{**GRADE_4, "stage": "preschool", "grade": 3}], []),
        ([{**autumn, "stage": "senior_high", "grade": 1}], []),
        ([GRADE_4], [{"found_on": "2020-04-10", "reason": "work"}]),
        ([{**GRADE_4, "registered_on": "2020-04-11"}], [{"found_on": "2020-04-10", "reason": "work"}]),
        ([GRADE_4], [{"found_on": "2020-04-10", "reason": "work", **returned}]),
        ([], [{"found_on": "2020-04-10", "reason": "work", **returned}]),
        ([], [{"found_on": "2020-04-10", "reason": "work", **lapsed}]),
        ([], [{"found_on": "2020-04-10", "reason": "work", **lapsed, "lawful_until": "2020-06-01"}]),
        ([{**GRADE_4, **LEFT, "left_on": "2020-05-12"}], [{"found_on": "2020-04-10", "reason": "work", **returned}]),
        ([], [{"found_on": "2019-10-10", "reason": "work", "visited_on": "2019-10-11", "visitor": "王",
               "returned_on": "2019-10-12"}]),
        ([], [{"found_on": "2019-10-10", "reason": "work"}]),
        ([GRADE_4], [{"found_on": "2019-10-10", "reason": "work"}]),
        ([{**autumn, "registered_on": "2019-11-11"}], [{"found_on": "2019-10-10", "reason": "work"}]),
        ([{**GRADE_4, **LEFT}], [{"found_on": "2020-03-10", "reason": "work"}]),
    ]  # fmt: skip
    expected: dict[object, object] = {}
    for enrolments, cases in plots:
        (one,) = await family(education, where, "甲")
        for row in enrolments:
            await education.accept("enrolments", one, **row)
        for row in cases:
            await education.accept("dropout-cases", one, **row)
        rows = await education.rows(
            "SELECT f.content FROM household_facts f JOIN roster_member m USING (household_id) WHERE m.member_id = $1",
            one.member.member_id,
        )
        for reason in _reasons(str(rows[0]["content"])):
            expected[one.id] = reason
    assert said(await lines(education, OUT_OF_SCHOOL.code, division=where), "situation") == expected
    assert len(expected) == 14


@pytest.mark.req("D26", "Y40")
async def test_whose_age_nobody_knows_is_judged_by_the_stage(education: DepartmentSystem) -> None:
    where = village(13)
    pupil, left, left_beyond, nothing = (education.person(name, birth_date=None) for name in ("甲", "乙", "丙", "丁"))
    home = await education.household(pupil, left, left_beyond, nothing, division=where)
    await education.accept("enrolments", pupil, **GRADE_4)
    await education.accept("enrolments", left, **{**GRADE_4, **LEFT})
    await education.accept("enrolments", left_beyond, **{**GRADE_4, **LEFT, "stage": "senior_high", "grade": 1})
    rows = await lines(education, OUT_OF_SCHOOL.code, division=where)
    assert said(rows, "situation") == {left.id: "dropped_out"}
    assert members(await lines(education, "dropout_for_poverty", division=where)) == {left.id}
    assert counts(await education.indicator("compulsory_in_school", division=where))[:2] == (1, 2)
    facts = await education.facts(home)
    assert facts.figures["compulsory_age_members"] == 2
    assert [str(one.members[0]) for one in facts.signals if one.code == "out_of_school"] == [left.id]


def _reasons(content: str) -> list[str]:
    """Why the guarantee is not met."""
    (guarantee,) = Facts.model_validate_json(content).guarantees
    if guarantee.state in (GuaranteeState.MET, GuaranteeState.NOT_APPLICABLE):
        return []
    return [one.code for one in guarantee.reasons]


@pytest.mark.req("M21", "Y40")
async def test_cases_that_are_late(education: DepartmentSystem) -> None:
    where = village(4)
    unseen, seen, back, fresh = await family(education, where, "甲", "乙", "丙", "丁")
    case = {"found_on": "2020-04-10", "reason": "work"}
    await education.accept("dropout-cases", unseen, **case)
    await education.accept("dropout-cases", seen, **case, **VISITED)
    await education.accept("dropout-cases", back, **case, **VISITED, returned_on="2020-04-20")
    await education.accept("dropout-cases", fresh, found_on="2020-05-25", reason="work")
    again, newest, lawful = await family(education, where, "戊", "己", "庚")
    await education.accept("dropout-cases", again, **case)
    await education.accept("enrolments", again, **{**GRADE_4, "registered_on": "2020-04-11"})
    await education.accept("dropout-cases", newest, **case)
    await education.accept("dropout-cases", newest, found_on="2020-05-25", reason="work")
    until = {"lawful_on": "2020-04-18", "lawful_reason": "illness", "lawful_until": "2020-05-31"}
    await education.accept("dropout-cases", lawful, **case, **VISITED, **until)
    (grown,) = await family(education, where, "辛", born=date(2004, 6, 1))
    (youth,) = await family(education, where, "壬", born=date(2004, 6, 2))
    (graduate,) = await family(education, where, "癸")
    for one in (grown, youth, graduate):
        await education.accept("dropout-cases", one, **case, **VISITED)
    done = {"stage": "junior", "grade": 9, "status": "graduated", "left_on": "2020-05-31"}
    await education.accept("enrolments", graduate, **{**GRADE_4, **done})
    rows = await lines(education, "dropout_case_overdue", division=where)
    assert said(rows, "step", "due_on", "days_late") == {
        youth.id: ("return", "2020-05-10", 22),
        unseen.id: ("visit", "2020-04-17", 45),
        seen.id: ("return", "2020-05-10", 22),
        lawful.id: ("return", "2020-05-31", 1),
    }
    assert await overdue_by_the_facts(education, where) == {
        ("dropout_visit_overdue", unseen.id),
        ("dropout_return_overdue", unseen.id),
        ("dropout_return_overdue", seen.id),
        ("dropout_return_overdue", lawful.id),
        ("dropout_return_overdue", youth.id),
    }


async def overdue_by_the_facts(education: DepartmentSystem, where: str) -> set[tuple[str, str]]:
    """Late cases as the signals have them: code and member."""
    rows = await education.rows("SELECT content FROM household_facts WHERE division = $1", where)
    signals = [one for row in rows for one in Facts.model_validate_json(str(row["content"])).signals]
    return {(one.code, str(member)) for one in signals if one.code.endswith("_overdue") for member in one.members}


@pytest.mark.req("M22", "M23")
async def test_two_schools_and_no_teacher(education: DepartmentSystem) -> None:
    where = village(5)
    twice, once, moved = await family(education, where, "甲", "乙", "丙")
    await education.accept("enrolments", twice, **GRADE_4)
    await education.accept("enrolments", twice, **{**GRADE_4, "school_code": "X2"})
    await education.accept("enrolments", once, **GRADE_4)
    await education.accept("enrolments", moved, **{**GRADE_4, "status": "transferred_out", "left_on": "2020-04-01"})
    await education.accept("enrolments", moved, **{**GRADE_4, "school_code": "X2"})
    rows = await lines(education, "enrolled_in_two_schools", division=where)
    assert said(rows, "schools") == {twice.id: "X1, X2"}
    pairing = {"teacher": "李老师", "school_code": "X1", "paired_on": "2020-03-05"}
    await education.accept("teacher-pairings", twice, **pairing)
    assert members(await lines(education, "student_unpaired", division=where)) == {once.id, moved.id}


@pytest.mark.req("Y36")
async def test_an_inclusive_kindergarten_is_one_that_was_recognised(education: DepartmentSystem) -> None:
    where = village(12)
    one, two, three = await family(education, where, "甲", "乙", "丙", born=date(2015, 12, 1))
    garden = {**GRADE_4, "stage": "preschool", "grade": 2, "inclusive_kindergarten": True}
    for child, code in ((one, "K1"), (two, "K2"), (three, "K3")):
        await education.accept("enrolments", child, **{**garden, "school_code": code})
    school = {"division": where, "school_name": "幼儿园", "kind": "kindergarten", "assessed_on": "2019-12-01"}
    for code, inclusive in (("K1", False), ("K2", True)):
        await education.accept_row("schools", {**school, "school_code": code, "inclusive": inclusive})
    rows = await lines(education, "kindergarten_not_recognised", division=where)
    assert said(rows, "school_code") == {one.id: "K1"}
    await education.accept_row("schools", {**school, "school_code": "K1", "inclusive": True})
    assert await lines(education, "kindergarten_not_recognised", division=where) == []


@pytest.mark.req("M24", "Y40")
async def test_households_poor_by_schooling(education: DepartmentSystem) -> None:
    where = village(8)
    await family(education, where, "甲", causes=("schooling",))
    await family(education, where, "乙", causes=("schooling",), state=HouseholdState.EXITED)
    await family(education, where, "丙", causes=("illness",))
    (line,) = await lines(education, "poor_by_schooling", division=where)
    assert line["detail"] == {"state": "registered", "main_cause": "schooling"}


async def test_a_line_is_settled_and_opens_again_when_its_cause_changes(education: DepartmentSystem) -> None:
    where = village(9)
    (one,) = await family(education, where, "甲")
    await education.accept("enrolments", one, **{**GRADE_4, **LEFT})
    (line,) = await lines(education, OUT_OF_SCHOOL.code, division=where)
    path = f"lists/{OUT_OF_SCHOOL.code}/lines/{line['line_id']}"
    settled = await education.post(f"{path}:settle", {"outcome": "elsewhere"})
    assert settled.status_code == 200, settled.text
    refused = await education.post(f"{path}:settle", {"outcome": "recovered"})
    assert refused.status_code == 422
    (line,) = await lines(education, OUT_OF_SCHOOL.code, division=where)
    assert (line["state"], line["outcome"]) == ("settled", "elsewhere")
    await education.accept("enrolments", one, **{**GRADE_4, **LEFT, "reason": "work"})
    (line,) = await lines(education, OUT_OF_SCHOOL.code, division=where)
    assert line["state"] == "open"


async def test_in_the_first_weeks_of_a_term_nobody_is_listed_for_want_of_a_record(education: DepartmentSystem) -> None:
    where = village(10)
    await family(education, where, "甲", born=date(2011, 1, 1))
    try:
        for day, listed in (
            (date(2020, 3, 30), 0),
            (date(2020, 3, 31), 1),
            (date(2020, 9, 30), 0),
            (date(2020, 10, 1), 1),
        ):
            education.clock.set(datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC))
            assert len(await lines(education, OUT_OF_SCHOOL.code, division=where)) == listed, day
    finally:
        education.clock.set(datetime(2020, 6, 1, 4, 0, tzinfo=UTC))
