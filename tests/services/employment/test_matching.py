"""The matching routes: who is recommended, who is left out and why, within the caller's area."""

from datetime import date

import pytest

from shared.database import uuid7
from shared.roster.models import HouseholdState, Sex
from shared.testing.department import Body, DepartmentSystem, Person

VILLAGE, NEXT_VILLAGE, OTHER_DISTRICT = "420115010301", "420115010302", "210403104202"
ASKED = {"year": 2020, "surveyed_on": "2020-03-01", "ability": "ordinary", "willing_to_work": True}


async def vacancy(system: DepartmentSystem, number: str, division: str = VILLAGE, **more: object) -> Body:
    content = {
        "vacancy_number": number,
        "employer_name": "纺织厂",
        "occupation": "garment",
        "posts": 1,
        "opened_on": "2020-05-01",
        "place": "county",
        "monthly_wage": "3000",
    }
    return await system.accept_row("vacancies", {"division": division, **content, **more})


def names(entries: object) -> list[object]:
    assert isinstance(entries, list)
    return [one["name"] for one in entries]


def reasons(entry: Body) -> list[object]:
    found = entry["reasons"]
    assert isinstance(found, list)
    return [one["code"] for one in found]


@pytest.mark.req("D19", "M14", "SYS20")
async def test_candidates_of_a_vacancy(employment: DepartmentSystem) -> None:
    def labourer(name: str, **more: object) -> Person:
        return employment.person(name, **{"labour_skill": "ordinary", "education": "junior_high", **more})

    poor, working, unasked, woman = labourer("甲"), labourer("乙"), labourer("丙"), labourer("丁", sex=Sex.FEMALE)
    pupil, child = labourer("戊", student_status="senior_1"), labourer("己", birth=date(2010, 1, 1))
    other, elsewhere, moved = labourer("庚"), labourer("辛"), labourer("壬")
    await employment.household(poor, unasked, woman, pupil, child, division=VILLAGE)
    await employment.household(working, division=NEXT_VILLAGE)
    await employment.household(other, division=VILLAGE, state=HouseholdState.CANDIDATE)
    await employment.household(elsewhere, division=OTHER_DISTRICT)
    for one in (poor, working, woman, other, elsewhere, moved):
        await employment.accept("labour-profiles", one, **ASKED)
    await employment.accept(
        "placements", working, employer_name="工地", started_on="2020-04-01", place="township", arrangement="casual"
    )
    made = await vacancy(employment, "V1", sex="1", education_least="primary", posts=2)
    path = f"matching/vacancies/{made['id']}/candidates"

    answer = await employment.read(path, division="420115010000")
    assert names(answer["candidates"]) == ["甲", "乙", "庚"]
    first, second, third = answer["candidates"]  # type: ignore[misc]  # a JSON list
    assert [one["rank"] for one in (first, second, third)] == [1, 2, 3]
    assert reasons(first) == ["registered", "without_work", "household_without_work", "same_village"]
    assert reasons(second) == ["registered", "in_work", "same_township"]
    assert reasons(third)[0] == "not_registered"
    assert {one["name"]: reasons(one) for one in answer["excluded_persons"]} == {  # type: ignore[attr-defined]
        "丁": ["sex_not_met"],
        "丙": ["willingness_unknown"],
    }
    assert answer["exclusions"] == {"willingness_unknown": 1, "sex_not_met": 1}
    assert (answer["fitting"], answer["excluded"]) == (3, 2)
    assert poor.id_number not in str(answer)

    everywhere = await employment.read(path)
    assert names(everywhere["candidates"]) == ["甲", "辛", "乙", "庚"], "who has no work comes before who works"
    village_only = await employment.read(path, VILLAGE)
    assert names(village_only["candidates"]) == ["甲", "庚"]
    assert names((await employment.read(path, limit=1, division=VILLAGE))["candidates"]) == ["甲"]

    hired = {"vacancy_number": "V1", "referred_on": "2020-05-10", "result": "hired", "result_on": "2020-05-12"}
    await employment.accept("referrals", poor, **hired)
    answer = await employment.read(path, division=VILLAGE)
    assert answer["vacancy"]["posts_left"] == 1  # type: ignore[index]
    assert names(answer["candidates"]) == ["庚"]
    await employment.accept(
        "placements", other, employer_name="纺织厂", started_on="2020-05-20", place="county", vacancy_number="V1"
    )
    answer = await employment.read(path, division=VILLAGE)
    assert answer["candidates"] == []
    assert answer["exclusions"]["vacancy_filled"] == 4  # type: ignore[index]


@pytest.mark.req("M13", "M14", "D18")
async def test_vacancies_for_a_person(employment: DepartmentSystem) -> None:
    welder = employment.person("甲", labour_skill="ordinary")
    where = "420115010303"
    await employment.household(welder, division=where)
    wishes = {"wanted_occupations": ["welding"], "least_monthly_wage": "2500"}
    await employment.accept("labour-profiles", welder, **ASKED, **wishes)
    await vacancy(employment, "W1", where, monthly_wage="6000")
    fits = await vacancy(employment, "W2", where, occupation="welding", skill="welding")
    await vacancy(employment, "W3", where, monthly_wage="2000")
    await vacancy(employment, "W4", where, closes_on="2020-05-31")
    path = f"matching/members/{welder.id}/vacancies"

    def numbers(answer: Body, part: str) -> list[object]:
        return [one["vacancy_number"] for one in answer[part]]  # type: ignore[attr-defined]  # a JSON list

    before = await employment.read(path, division=where)
    assert numbers(before, "vacancies") == ["W1"]
    assert before["exclusions"] == {"skill_not_met": 1, "wage_below_wish": 1}
    trained = {"session_number": "P1", "kind": "vocational", "skill": "welding", "started_on": "2020-03-01"}
    await employment.accept("training-attendances", welder, **trained, outcome="completed", completed_on="2020-04-01")
    after = await employment.read(path, division=where)
    assert numbers(after, "vacancies") == ["W2", "W1"], "a skill learnt in a training counts"
    assert reasons(after["vacancies"][0]) == ["occupation_wanted", "skill_held", "same_village"]  # type: ignore[index]
    await employment.post(f"vacancies/{fits['id']}:void", {"reason": "岗位取消"})
    assert numbers(await employment.read(path, division=where), "vacancies") == ["W1"]


@pytest.mark.req("D19", "M13")
async def test_two_employers_use_one_number(employment: DepartmentSystem) -> None:
    """Who was hired by one of them does not fill the other's post, nor the same post twice."""
    where, there = "420115010304", "420115010305"
    hired = employment.person("甲")
    await employment.household(hired, division=where)
    ours = await vacancy(employment, "N1", where)
    theirs = await vacancy(employment, "N1", there, employer_name="砖厂")

    async def left() -> list[object]:
        paths = [f"matching/vacancies/{one['id']}/candidates" for one in (ours, theirs)]
        return [(await employment.read(path))["vacancy"]["posts_left"] for path in paths]  # type: ignore[index]

    assert await left() == [1, 1]
    result = {"vacancy_number": "N1", "referred_on": "2020-05-10", "result": "hired", "result_on": "2020-05-12"}
    await employment.accept("referrals", hired, **result, employer_name="砖厂")
    assert await left() == [1, 0]
    await employment.accept(
        "placements", hired, employer_name="砖厂", started_on="2020-05-20", place="county", vacancy_number="N1"
    )
    assert await left() == [1, 0]


async def test_what_lies_elsewhere_does_not_exist(employment: DepartmentSystem) -> None:
    made = await vacancy(employment, "X1", VILLAGE)
    one = employment.person("甲")
    await employment.household(one, division=VILLAGE)
    for path in (f"matching/vacancies/{made['id']}/candidates", f"matching/members/{one.id}/vacancies"):
        assert (await employment.get(path)).status_code == 200
        assert (await employment.get(path, OTHER_DISTRICT)).status_code == 404
        assert (await employment.get(path, VILLAGE, division=OTHER_DISTRICT)).status_code == 403
        headers = employment.headers(scopes=["health:read"])
        assert (await employment.client.get(f"/api/v1/employment/{path}", headers=headers)).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"matching/vacancies/{uuid7()}/candidates", 404),
        (f"matching/members/{uuid7()}/vacancies", 404),
        ("matching/vacancies/x/candidates", 400),
        ("matching/members/%00/vacancies", 400),
        (f"matching/members/{uuid7()}/vacancies?limit=0", 400),
        (f"matching/members/{uuid7()}/vacancies?limit=501", 400),
        (f"matching/members/{uuid7()}/vacancies?division=", 400),
        (f"matching/members/{uuid7()}/vacancies?colour=red", 400),
        (f"matching/vacancies/{uuid7()}/candidates?division=42011", 400),
    ],
)
async def test_a_wrong_question_is_refused(employment: DepartmentSystem, path: str, status: int) -> None:
    answer = await employment.client.get(f"/api/v1/employment/{path}", headers=employment.headers())
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
