"""The renovation of a dangerous house through its steps: what each leads to, what is refused, what the facts say."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from shared.roster.models import HouseholdState
from shared.testing.department import DepartmentSystem
from tests.services.housing.officials import approved, dated, headers, open_case, posted, send, step, taken_over


@pytest.fixture(autouse=True)
def first_of_june(housing: DepartmentSystem) -> Iterator[None]:
    """Each test begins on 1 June 2020."""
    moment = housing.clock.now()
    yield
    housing.clock.set(moment)


def codes(answer: httpx.Response, status: int) -> set[str]:
    assert answer.status_code == status, answer.text
    problem = answer.json()
    return {problem["code"], *(error["code"] for error in problem["errors"])}


@pytest.mark.req("Y20", "Y22", "Y24", "M26")
async def test_from_application_to_subsidy_paid(housing: DepartmentSystem) -> None:
    home = await housing.household(housing.person("甲"))
    case = await posted(housing, home)
    assert (case["stage"], case["ready_on"], case["due_on"]) == ("posted", "2020-06-08", "2020-07-01")
    before = await housing.facts(home)
    assert [one.state for one in before.guarantees] == ["unmet"]
    approval = {"project_number": "WG2020-1", "mode": "rebuild"}
    early = await send(housing, f"renovations/{case['id']}:approve", dated(housing, approval), "district")
    assert codes(early, 409) == {"posting-running"}
    housing.clock.advance(timedelta(days=7))
    granted = await step(housing, case, "approve", "district", **approval)
    assert (granted["granted"], granted["year"], granted["due_on"]) == ("28000.00", 2020, "2020-09-06")
    await step(housing, case, "start", "village", contractor="某建筑队")
    failed = await step(housing, case, "inspect", "township", passed=False, finding="圈梁未做")
    assert failed["stage"] == "started"
    await step(housing, case, "inspect", "township", passed=True)
    works = dated(housing, {"passed": True, "basic_sanitation": True})
    own = await send(housing, f"renovations/{case['id']}:accept", works, "township")
    assert codes(own, 403) == {"four-eyes"}, "who inspected the works does not accept them"
    done = await step(housing, case, "accept", "district", passed=True, basic_sanitation=True)
    assert (done["stage"], done["accepted_on"], done["due_on"]) == ("accepted", "2020-06-08", "2020-07-08")
    assert [one.state for one in (await housing.facts(home)).guarantees] == ["met"]
    paid = await step(housing, case, "pay", "district", paid="28000")
    assert (paid["stage"], paid["closed_on"]) == ("subsidy_paid", "2020-06-08")
    said = await housing.facts(home)
    assert [(one.programme, str(one.amount)) for one in said.benefits] == [("renovation_subsidy", "28000.00")]
    assert said.signals == ()
    taken = (await housing.read(f"renovations/{case['id']}/steps"))["entries"]
    assert [one["step"] for one in taken] == [  # type: ignore[attr-defined,index]  # a JSON array
        "apply", "identify", "review", "post", "approve", "start", "inspect", "inspect", "accept", "pay",
    ]  # fmt: skip


@pytest.mark.req("Y22")
async def test_an_identification_that_fails_ends_the_case(housing: DepartmentSystem) -> None:
    home = await housing.household(housing.person("乙"))
    case = await open_case(housing, home)
    found = {"grade": "B", "appraiser": "区鉴定站", "only_dwelling": True}
    refused = await step(housing, case, "identify", "township", **found)
    assert (refused["stage"], refused["refused_for"], refused["closed_on"]) == ("refused", "grade_safe", "2020-06-01")
    again = await open_case(housing, home)
    assert again["id"] != case["id"]


@pytest.mark.req("Y20", "Y24")
async def test_a_household_not_known_when_it_applied_shows_its_category_when_it_is(housing: DepartmentSystem) -> None:
    home = housing.make_household(housing.person("候"), state=HouseholdState.CANDIDATE)
    case = await open_case(housing, home, category="dibao")
    assert case["state"] == "unmatched"
    await housing.settle(home)
    found = {"grade": "D", "appraiser": "区鉴定站", "only_dwelling": True}
    refused = await send(housing, f"renovations/{case['id']}:identify", dated(housing, found), "township")
    assert "category_evidence_needed" in codes(refused, 422)
    identified = await step(housing, case, "identify", "township", **found, category_evidence="低保证7")
    assert (identified["stage"], identified["category_evidence"]) == ("identified", "低保证7")


@pytest.mark.req("Y22")
async def test_an_objection_stops_the_approval(housing: DepartmentSystem) -> None:
    case = await posted(housing, await housing.household(housing.person("丙")))
    await step(housing, case, "object", "village", text="该户在县城另有住房")
    housing.clock.advance(timedelta(days=7))
    approval = dated(housing, {"project_number": "WG2020-2", "mode": "rebuild"})
    stopped = await send(housing, f"renovations/{case['id']}:approve", approval, "district")
    assert stopped.status_code == 409, stopped.text
    objection = (await housing.read(f"renovations/{case['id']}/steps"))["entries"][-1]  # type: ignore[index]  # a JSON array
    decided = {"objection_id": objection["id"], "upheld": True, "finding": "属实"}
    ended = await step(housing, case, "decide_objection", "township", **decided)
    assert ended["stage"] == "refused"


@pytest.mark.req("Y22")
async def test_who_may_take_a_step_and_what_is_refused(housing: DepartmentSystem) -> None:
    home = await housing.household(housing.person("丁"))
    case = await posted(housing, home)
    housing.clock.advance(timedelta(days=7))
    approval = {"project_number": "WG2020-3", "mode": "rebuild"}
    path = f"renovations/{case['id']}:approve"
    assert (await send(housing, path, dated(housing, approval), "township")).status_code == 403
    above = await send(housing, path, dated(housing, {**approval, "granted": "28000.01"}), "district")
    assert "grant_above_standard" in codes(above, 422)
    other = {"household_code": home.code, "taken_on": "2020-06-01", "category": "registered", "only_dwelling": True}
    again = await send(housing, "renovations", {**other, "dwelling_number": 2}, "village")
    assert codes(again, 409) == {"case-open"}, "one renovation at a time, of the only dwelling"
    farmer = await housing.household(housing.person("戊"), state=HouseholdState.CANDIDATE, household_type="farmer")
    applied = {"household_code": farmer.code, "taken_on": "2020-06-01", "category": "dibao", "only_dwelling": True}
    assert "category_evidence_needed" in codes(await send(housing, "renovations", applied, "village"), 422)
    second = {**applied, "only_dwelling": False, "category_evidence": "D1"}
    assert "not_the_only_dwelling" in codes(await send(housing, "renovations", second, "village"), 422)


@pytest.mark.req("Y20", "Y23")
async def test_what_waits_and_what_is_late(housing: DepartmentSystem) -> None:
    home = await housing.household(housing.person("庚"), division="420115010201")
    case = await approved(housing, home, "WG2020-4")
    url = "/api/v1/housing/renovations:waiting"
    mine = await housing.client.get(url, headers=headers(housing, "village"))
    assert case["id"] in {one["id"] for one in mine.json()["items"]}, mine.text
    housing.clock.advance(timedelta(days=91))
    late = await housing.client.get(url, params={"late": "true"}, headers=headers(housing, "village"))
    assert case["id"] in {one["id"] for one in late.json()["items"]}, late.text
    home = await housing.household(housing.person("辛"))
    assert (await taken_over(housing, home, "Z9", started_on="2019-05-01"))["due_on"] == "2019-10-28"


@pytest.mark.parametrize(
    "query", ["year=1999", "year=99999999999", "stage=none", "grade=", "colour=1", "dwelling_number=1", "grade=E"]
)
async def test_a_wrong_filter_is_refused(housing: DepartmentSystem, query: str) -> None:
    answer = await housing.client.get(f"/api/v1/housing/renovations?{query}", headers=housing.headers())
    assert answer.status_code == 400, answer.text


async def test_impossible_days_are_refused_and_old_ones_go_by_the_earliest_policy(housing: DepartmentSystem) -> None:
    home = await housing.household(housing.person("壬"))
    body = {"household_code": home.code, "category": "registered", "only_dwelling": True}
    for day in ("1900-01-05", "1999-12-31", "2020-06-02", "0001-01-01", "x"):
        answer = await send(housing, "renovations", {**body, "taken_on": day}, "village")
        assert answer.status_code == 422, f"{day}: {answer.text}"
    old = await send(housing, "renovations", {**body, "taken_on": "2009-12-31"}, "village")
    assert (old.status_code, old.json()["due_on"]) == (201, "2010-01-30"), old.text
