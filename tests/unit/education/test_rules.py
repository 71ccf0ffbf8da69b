"""Row rules: what each refuses, and the case next to it that passes."""

from datetime import date

import pytest

from services.education.records import (
    AID_AWARDS,
    DROPOUT_CASES,
    ENROLMENTS,
    KINDERGARTEN_NEEDS,
    RECORD_TYPES,
    SCHOOL_COHORTS,
    SCHOOLS,
    STUDENT_COUNTS,
    TEACHER_EXCHANGES,
    TEACHER_PAIRINGS,
    TEACHER_TRAININGS,
)
from shared.roster.models import HouseholdState
from tests.unit.education.factories import faults, household, policy

ENROLMENT = {
    "year": 2020,
    "term": "spring",
    "stage": "primary",
    "grade": 4,
    "status": "in_school",
    "registered_on": "2020-03-02",
    "school_code": "X1",
}
LEFT = {"left_on": "2020-05-01", "reason": "unwilling"}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"grade": 7}, [("/grade", "grade_outside_stage")]),
        ({"stage": "junior", "grade": 6}, [("/grade", "grade_outside_stage")]),
        ({"stage": "junior", "grade": 7}, []),
        ({"school_code": None}, [("/school_code", "school_required")]),
        ({"status": "dropped_out", "school_code": None, **LEFT}, []),
        ({"status": "dropped_out", "reason": "unwilling"}, [("/left_on", "leaving_day_required")]),
        ({"status": "dropped_out", "left_on": "2020-05-01"}, [("/reason", "absence_reason_required")]),
        ({"status": "home_teaching"}, [("/reason", "absence_reason_required")]),
        ({"status": "home_teaching", "reason": "illness"}, []),
        ({"status": "graduated", **LEFT}, [("/reason", "only_if_absent")]),
        ({"left_on": "2020-05-01"}, [("/left_on", "only_if_left")]),
        ({"status": "home_teaching", "reason": "illness", "boarding": True}, [("/boarding", "only_if_attending")]),
        ({"inclusive_kindergarten": True}, [("/inclusive_kindergarten", "only_in_kindergarten")]),
        ({"stage": "preschool", "grade": 1, "inclusive_kindergarten": True}, []),
        ({"registered_on": "2019-12-31"}, [("/registered_on", "day_outside_term")]),
        ({"registered_on": "2020-01-01"}, []),
        ({"term": "autumn", "year": 2019, "registered_on": "2020-02-29"}, []),
        ({"term": "autumn", "year": 2019, "registered_on": "2020-03-01"}, [("/registered_on", "day_outside_term")]),
        ({"registered_on": "2020-06-02"}, [("/registered_on", "day_in_future")]),
        (
            {"status": "suspended", "left_on": "2020-03-01", "reason": "illness"},
            [("/left_on", "days_out_of_order")],
        ),
    ],
)
def test_enrolments(change: dict[str, object], found: list[tuple[str, str]]) -> None:
    assert faults(ENROLMENTS, **{**ENROLMENT, **change}) == found


def test_a_place_that_begins_late_registers_late() -> None:
    under = policy(spring_term_start="05-18", autumn_term_start="09-14")
    of = household()
    assert faults(ENROLMENTS, **ENROLMENT, under=under, at=of) == [("/registered_on", "day_outside_term")]
    assert faults(ENROLMENTS, **{**ENROLMENT, "registered_on": "2020-05-18"}, under=under, at=of) == []


CASE = {"found_on": "2020-04-10", "reason": "poverty"}
VISITED = {"visited_on": "2020-04-15", "visitor": "王老师"}
LAWFUL = {"lawful_on": "2020-04-18", "lawful_reason": "illness", "lawful_until": "2020-07-31"}


@pytest.mark.req("D26", "M21")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        (VISITED, []),
        ({**VISITED, "returned_on": "2020-04-20"}, []),
        ({**VISITED, **LAWFUL}, []),
        ({"returned_on": "2020-04-20"}, [("/visited_on", "visit_required")]),
        (LAWFUL, [("/visited_on", "visit_required")]),
        ({"visitor": "王老师"}, [("/visitor", "only_if_visited")]),
        ({"visited_on": "2020-04-15"}, [("/visitor", "visitor_required")]),
        ({**VISITED, **LAWFUL, "returned_on": "2020-04-20"}, [("/lawful_on", "returned_or_lawful")]),
        ({**VISITED, "lawful_reason": "illness"}, [("/lawful_on", "lawful_together")]),
        ({**VISITED, **LAWFUL, "lawful_until": None}, [("/lawful_until", "lawful_together")]),
        ({**VISITED, **LAWFUL, "lawful_reason": "poverty"}, [("/lawful_reason", "reason_not_lawful")]),
        ({**VISITED, "visited_on": "2020-04-09"}, [("/visited_on", "days_out_of_order")]),
        ({**VISITED, "returned_on": "2020-04-14"}, [("/returned_on", "days_out_of_order")]),
        ({**VISITED, "visited_on": "2020-06-02"}, [("/visited_on", "day_in_future")]),
    ],
)
def test_dropout_cases_go_in_their_order(change: dict[str, object], found: list[tuple[str, str]]) -> None:
    assert faults(DROPOUT_CASES, **{**CASE, **change}) == found


AWARD = {
    "year": 2020,
    "term": "spring",
    "item": "boarding_subsidy",
    "award_number": "A1",
    "stage": "primary",
    "amount": "625",
    "applied_on": "2020-03-20",
}


@pytest.mark.req("D27", "D28", "Y36", "Y37", "SYS30")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"posted_on": "2020-04-01"}, []),
        ({"posted_on": "2020-04-01", "paid_on": "2020-04-08"}, []),
        ({"paid_on": "2020-04-08"}, [("/posted_on", "posting_required")]),
        ({"posted_on": "2020-03-19"}, [("/posted_on", "days_out_of_order")]),
        ({"posted_on": "2020-04-09", "paid_on": "2020-04-08"}, [("/paid_on", "days_out_of_order")]),
        ({"item": "preschool_aid"}, [("/stage", "item_not_for_stage")]),
        ({"item": "preschool_aid", "stage": "preschool"}, []),
        ({"item": "student_loan", "stage": "senior_high"}, [("/stage", "item_not_for_stage")]),
        ({"applied_on": "2018-12-31"}, [("/applied_on", "applied_outside_term")]),
        ({"applied_on": "2020-06-02"}, [("/applied_on", "day_in_future")]),
    ],
)
def test_awards_are_applied_for_posted_and_paid(change: dict[str, object], found: list[tuple[str, str]]) -> None:
    assert faults(AID_AWARDS, **{**AWARD, **change}) == found


@pytest.mark.req("D28", "SYS30", "Y31")
def test_yulu_is_for_registered_households() -> None:
    yulu = {**AWARD, "item": "yulu", "stage": "secondary_vocational"}
    assert faults(AID_AWARDS, **yulu, at=household()) == []
    assert faults(AID_AWARDS, **yulu) == []
    assert faults(AID_AWARDS, **yulu, at=household(state=HouseholdState.CANDIDATE)) == [
        ("/item", "item_for_registered")
    ]
    for since, found in (("2020-03-21", []), ("2020-03-20", [("/item", "item_for_registered")])):
        cleared = household(state=HouseholdState.CLEARED, state_since=date.fromisoformat(since))
        assert faults(AID_AWARDS, **{**yulu, "applied_on": "2020-03-20"}, at=cleared) == found, since


def test_schools_and_counts() -> None:
    school = {"school_code": "X1", "school_name": "中心小学", "kind": "primary_school", "assessed_on": "2020-01-05"}
    assert faults(SCHOOLS, **school) == []
    assert faults(SCHOOLS, **school, inclusive=True) == [("/inclusive", "only_in_kindergarten")]
    need = {"year": 2020, "counted_on": "2020-05-01", "children": 40, "places": 30}
    assert faults(KINDERGARTEN_NEEDS, **need) == []
    assert faults(KINDERGARTEN_NEEDS, **{**need, "year": 2019}) == [("/counted_on", "day_outside_year")]
    count = {"year": 2020, "term": "spring", "school_code": "X1", "stage": "senior_high", "counted_on": "2020-05-01"}
    assert faults(STUDENT_COUNTS, **count, students=100, aided=100) == []
    assert faults(STUDENT_COUNTS, **count, students=100, aided=101) == [("/aided", "more_aided_than_students")]
    cohort = {"year": 2020, "counted_on": "2020-05-01", "entered": 100, "moved_in": 5, "moved_out": 15}
    assert faults(SCHOOL_COHORTS, **cohort, graduated=90) == []
    assert faults(SCHOOL_COHORTS, **cohort, graduated=91) == [("/graduated", "more_graduates_than_students")]
    assert faults(SCHOOL_COHORTS, **{**cohort, "moved_out": 106}, graduated=0) == [
        ("/moved_out", "more_left_than_were_there")
    ]


@pytest.mark.req("M23", "Y41", "H35")
def test_teachers() -> None:
    pairing = {"teacher": "李老师", "school_code": "X1", "paired_on": "2020-03-01"}
    assert faults(TEACHER_PAIRINGS, **pairing) == []
    assert faults(TEACHER_PAIRINGS, **pairing, ended_on="2020-02-01") == [("/ended_on", "days_out_of_order")]
    exchange = {"teacher": "李老师", "kind": "rotation", "from_school_code": "X1", "started_on": "2020-03-01"}
    assert faults(TEACHER_EXCHANGES, **exchange, to_school_code="X2") == []
    assert faults(TEACHER_EXCHANGES, **exchange, to_school_code="X1") == [("/to_school_code", "same_school")]
    training = {"training_number": "P1", "subject": "information_technology", "participants": 12}
    assert faults(TEACHER_TRAININGS, **training, started_on="2020-03-01") == []
    assert faults(TEACHER_TRAININGS, **training, started_on="2020-06-02") == [("/started_on", "day_in_future")]


def test_every_record_type_names_its_requirement_rows() -> None:
    assert all(one.source for one in RECORD_TYPES)
