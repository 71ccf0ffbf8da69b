"""A record changes the household's facts in the transaction that takes it in; batches, terms, and odd input."""

from datetime import UTC, date, datetime
from typing import cast

import pytest

from services.education.records import RECORD_TYPES
from shared.facts.models import GuaranteeState, StandingKind
from shared.policy import PolicyOverride
from shared.roster.models import RosterHousehold
from shared.testing.department import HANYANG_PAIRED_VILLAGE, Body, DepartmentSystem
from shared.testing.waiting import wait_until
from tests.services.education.planting import AWARD, GRADE_4, LEFT, PAID, TEN_YEARS_OLD

ROWS = 1000


async def state(education: DepartmentSystem, home: RosterHousehold) -> GuaranteeState:
    (guarantee,) = (await education.facts(home)).guarantees
    return guarantee.state


@pytest.mark.req("D26", "M08", "Y05")
async def test_a_child_s_term_from_enrolment_to_drop_out_and_back(education: DepartmentSystem) -> None:
    child = education.person("甲", birth=TEN_YEARS_OLD, relation="son")
    home = await education.household(education.person("乙"), child)
    assert await state(education, home) is GuaranteeState.UNKNOWN
    enrolment = await education.accept("enrolments", child, **GRADE_4)
    assert await state(education, home) is GuaranteeState.MET
    (standing,) = (await education.facts(home)).standings
    assert (standing.kind, standing.members) == (StandingKind.IN_SCHOOL, (child.member.member_id,))
    found = await education.accept("dropout-cases", child, found_on="2020-05-11", reason="poverty")
    assert await state(education, home) is GuaranteeState.UNMET
    assert (await education.facts(home)).standings == ()
    closed = {"visited_on": "2020-05-12", "visitor": "王老师", "returned_on": "2020-05-14"}
    back = await education.accept("dropout-cases", child, found_on="2020-05-11", reason="poverty", **closed)
    assert (back["id"], back["revision"]) == (found["id"], 2)
    assert await state(education, home) is GuaranteeState.MET
    await education.accept("aid-awards", child, **AWARD, **PAID)
    (benefit,) = (await education.facts(home)).benefits
    assert (benefit.programme, str(benefit.amount)) == ("non_boarding_subsidy", "312.50")
    for record, records in ((enrolment, "enrolments"), (back, "dropout-cases")):
        voided = await education.post(f"{records}/{record['id']}:void", {"reason": "登记错误"})
        assert voided.status_code == 200
    assert await state(education, home) is GuaranteeState.UNKNOWN


async def test_a_household_without_children_needs_no_record(education: DepartmentSystem) -> None:
    home = await education.household(education.person("甲"))
    assert await state(education, home) is GuaranteeState.NOT_APPLICABLE


async def test_the_next_term_is_computed_again(education: DepartmentSystem) -> None:
    child = education.person("丙", birth=TEN_YEARS_OLD, relation="son")
    home = await education.household(child)
    await education.accept("enrolments", child, **GRADE_4)
    assert (await education.facts(home)).valid_until == date(2020, 9, 1)
    try:
        education.clock.set(datetime(2020, 9, 1, 4, 0, tzinfo=UTC))
        # A policy that comes in nudges the job that looks for facts whose day has come.
        key = "education.registration_days"
        await education.set_policy(PolicyOverride(key=key, area="420105000000", year=2020, value="20"))

        async def unknown() -> bool:
            return await state(education, home) is GuaranteeState.UNKNOWN

        await wait_until(unknown)
    finally:
        education.clock.set(datetime(2020, 6, 1, 4, 0, tzinfo=UTC))
        await education.set_policy()


def thousand(records: str) -> list[Body]:
    """As many rows of one record type, of persons and places that differ where they have to."""
    teacher: Body = {"teacher": "李老师", "school_code": "X1", "paired_on": "2020-03-05"}
    exchange: Body = {"kind": "rotation", "from_school_code": "C1", "to_school_code": "P1", "started_on": "2020-03-05"}
    school: Body = {"school_name": "小学", "kind": "primary_school", "assessed_on": "2020-01-05"}
    training: Body = {"subject": "subject_teaching", "started_on": "2020-03-05", "participants": 3}
    count: Body = {"year": 2020, "term": "spring", "counted_on": "2020-04-01", "students": 9, "aided": 2}
    need: Body = {"children": 9, "places": 9}
    cohort: Body = {"entered": 9, "graduated": 9}
    by_person: dict[str, Body] = {
        "enrolments": GRADE_4,
        "dropout-cases": {"found_on": "2020-04-10", "reason": "work"},
        "aid-awards": AWARD,
        "teacher-pairings": teacher,
        "home-visits": {"visited_on": "2020-04-10", "visitor": "李老师"},
    }
    if records in by_person:
        return [by_person[records]] * ROWS
    place: Body = {"division": HANYANG_PAIRED_VILLAGE}
    numbered: dict[str, list[Body]] = {
        "schools": [{**place, **school, "school_code": f"S{n}"} for n in range(ROWS)],
        "student-counts": [{**place, **count, "stage": "senior_high", "school_code": f"S{n}"} for n in range(ROWS)],
        "teacher-trainings": [{**place, **training, "training_number": f"P{n}"} for n in range(ROWS)],
        "teacher-exchanges": [{**place, **exchange, "teacher": f"李{n}"} for n in range(ROWS)],
        "kindergarten-needs": [
            {**need, "division": f"420115010{n:03d}", "year": 2020, "counted_on": "2020-05-01"} for n in range(ROWS)
        ],
        "school-cohorts": [
            {**cohort, "division": f"420115010{n:03d}", "year": 2020, "counted_on": "2020-05-01"} for n in range(ROWS)
        ],
    }
    return numbered[records]


async def test_a_thousand_rows_of_each_record_type(education: DepartmentSystem) -> None:
    children = [education.person("丁", birth=TEN_YEARS_OLD, relation="son") for _ in range(10)]
    homes = [await education.household(child) for child in children]
    for record_type in RECORD_TYPES:
        rows = thousand(record_type.name)
        if "division" not in rows[0]:
            # A hundred rows a child: the same record again and again, which the batch has to sort out.
            rows = [{**row, "id_number": children[n % 10].id_number} for n, row in enumerate(rows)]
        answer = await education.post(f"{record_type.name}:batch", {"rows": rows})
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert (said["accepted"], said["refused"]) == (ROWS, 0), (record_type.name, said["results"][0])
    # The case found after the registration is the later word.
    assert {await state(education, home) for home in homes} == {GuaranteeState.UNMET}


@pytest.mark.req("SYS30", "Y39", "D28", "Y35")
async def test_each_scheme_is_a_register_of_its_own(education: DepartmentSystem) -> None:
    pupil = education.person("庚", birth=date(2002, 5, 4), relation="son")
    home = await education.household(pupil)
    grants: dict[str, Body] = {
        "yulu": {"item": "yulu", "stage": "secondary_vocational", "amount": "1500"},
        "vocational_grant": {"item": "vocational_grant", "stage": "secondary_vocational", "amount": "1150"},
        "college_grant": {"item": "college_grant", "stage": "higher_vocational", "amount": "1650"},
        "student_loan": {"item": "student_loan", "stage": "higher_vocational", "amount": "8000"},
    }
    for content in grants.values():
        await education.accept("aid-awards", pupil, **{**AWARD, **content})
    for item in grants:
        page = await education.read("aid-awards", item=item, household_id=home.household_id)
        (award,) = cast(list[Body], page["items"])
        assert (award["item"], award["member_id"]) == (item, pupil.id)
    vocational = {**GRADE_4, "stage": "secondary_vocational", "grade": 1, "school_code": "ZZ1"}
    await education.accept("enrolments", pupil, **vocational)
    page = await education.read("enrolments", stage="secondary_vocational", household_id=home.household_id)
    assert [one["member_id"] for one in cast(list[Body], page["items"])] == [pupil.id]


async def test_rules_name_field_and_remedy(education: DepartmentSystem) -> None:
    child = education.person("戊", birth=TEN_YEARS_OLD, relation="son")
    await education.household(child)
    body = {"id_number": child.id_number, **GRADE_4, **LEFT, "left_on": None, "grade": 9}
    assert await education.refuse("enrolments", body) == [
        ("/grade", "grade_outside_stage"),
        ("/left_on", "leaving_day_required"),
    ]
    for language, text in (("zh", "该教育阶段的年级为 1 至 6。"), ("en", "The stage has the grades 1 to 6.")):
        answer = await education.post("enrolments", body, **{"Accept-Language": language})
        assert cast(list[Body], answer.json()["errors"])[0]["message"] == text


@pytest.mark.parametrize("query", ["term=summer", "stage=", "year=abc", "year=99999", "boarding=x", "grade=1", "x=y"])
async def test_a_wrong_filter_is_refused(education: DepartmentSystem, query: str) -> None:
    answer = await education.client.get(f"/api/v1/education/enrolments?{query}", headers=education.headers())
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b'{"year": NaN}', b'{"year": 1e400, "grade": 1e9}', b'{"reason": "\\u0000"}']
)
async def test_no_body_breaks_the_service(education: DepartmentSystem, body: bytes) -> None:
    for record_type in RECORD_TYPES:
        for path in (record_type.name, f"{record_type.name}:batch"):
            headers = {**education.headers(), "Content-Type": "application/json"}
            answer = await education.client.post(f"/api/v1/education/{path}", content=body, headers=headers)
            assert 400 <= answer.status_code < 500, (path, answer.status_code, answer.text)


@pytest.mark.parametrize("year", [2000, 2001, 2100])
async def test_no_year_breaks_the_rules(education: DepartmentSystem, year: int) -> None:
    child = education.person("己", birth=TEN_YEARS_OLD, relation="son")
    await education.household(child)
    for term in ("spring", "autumn"):
        content = {**GRADE_4, "year": year, "term": term}
        answer = await education.post("enrolments", {"id_number": child.id_number, **content})
        assert answer.status_code == 422, answer.text
        award = await education.post("aid-awards", {"id_number": child.id_number, **AWARD, "year": year})
        assert award.status_code == 422, award.text
    for code in ("compulsory_in_school", "education_aid_students"):
        assert (await education.get(f"indicators/{code}", division="420115", year=year)).status_code < 500
    assert (await education.get("lists/education_aid_missing", division="420115", year=year)).status_code < 500
