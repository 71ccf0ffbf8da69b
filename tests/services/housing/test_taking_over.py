"""Files that another system holds: taken over as far as they have come, and once."""

from datetime import timedelta

import httpx
import pytest

from shared.testing.department import Body, DepartmentSystem
from tests.services.housing.officials import Case, approved, dated, posted, send, step, taken_over

PAID = {"started_on": "2019-05-01", "accepted_on": "2019-09-01", "paid_on": "2019-09-20", "paid": "28000"}


def file(project: str, **more: object) -> Body:
    """A file of 2019 that is closed, unless `more` says otherwise."""
    return {
        "step": "take_over", "taken_on": "2020-06-01", "year": 2019, "applied_on": "2019-03-01",
        "identified_on": "2019-03-10", "approved_on": "2019-04-10", "category": "registered", "grade": "D",
        "project_number": project, "granted": "28000", **PAID, **more,
    }  # fmt: skip


def known(answer: httpx.Response) -> object:
    """The id of the case that is there already."""
    assert (answer.status_code, answer.json()["code"]) == (409, "case-known"), answer.text
    return answer.json()["params"]["case_id"]


@pytest.mark.req("Y20", "Y24")
async def test_files_of_another_system_are_taken_over_in_a_batch(housing: DepartmentSystem) -> None:
    homes = [await housing.household(housing.person("己")) for _ in range(3)]
    rows = [
        {
            "household_code": home.code,
            "step": "take_over",
            "taken_on": "2020-06-01",
            "year": 2019,
            "applied_on": "2019-03-01",
            "identified_on": "2019-03-10",
            "category": "registered",
            "grade": "C",
            **more,
        }
        for home, more in zip(
            homes,
            (
                {},
                {"approved_on": "2019-04-01", "granted": "14000", "project_number": "Z2"},
                {"accepted_on": "2019-04-01"},
            ),
            strict=True,
        )
    ]
    answer = await send(housing, "renovations:batch", {"rows": rows}, "system")
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [one["status"] for one in results] == [201, 201, 422]
    assert {one["code"] for one in results[2]["problem"]["errors"]} == {"housing_field_needed"}
    (held,) = (await housing.read("renovations", household_id=homes[1].household_id))["items"]  # type: ignore[misc]  # a JSON array
    assert held["stage"] == "approved"  # type: ignore[has-type]


@pytest.mark.req("Y20", "Y23")
async def test_a_closed_file_is_taken_over_once(housing: DepartmentSystem) -> None:
    home, other = [await housing.household(housing.person("甲")) for _ in range(2)]
    first = await taken_over(housing, home, "C1", **PAID)
    assert first["stage"] == "subsidy_paid"
    again = {"household_code": home.code, **file("C1")}
    assert known(await send(housing, "renovations", again, "system")) == first["id"]
    rows = [again, {**again, "project_number": "C2"}, {**again, "project_number": "C2"}]
    rows.append({"household_code": other.code, **file("C1")})
    answer = (await send(housing, "renovations:batch", {"rows": rows}, "system")).json()
    assert [one["status"] for one in answer["results"]] == [409, 201, 409, 201], "a number is a household's own"
    (paid, _) = (await housing.facts(home)).benefits
    assert str(paid.amount) == "28000.00"
    reason = {"reason": "重复接收"}
    voided = await send(housing, f"renovations/{first['id']}:void", reason, "district")
    assert voided.status_code == 200, voided.text
    assert (await send(housing, "renovations", again, "system")).status_code == 201, "what was voided may come again"


@pytest.mark.req("Y22", "Y23")
async def test_a_number_is_given_to_one_file(housing: DepartmentSystem) -> None:
    home = await housing.household(housing.person("乙"))
    closed = await taken_over(housing, home, "N1", **PAID)
    opened = {"household_code": home.code, **file("N1", **dict.fromkeys(PAID))}
    assert known(await send(housing, "renovations", opened, "system")) == closed["id"]
    case: Case = await approved(housing, home, "N2")
    for name, who, evidence in (
        ("start", "village", {}),
        ("inspect", "township", {"passed": True}),
        ("accept", "district", {"passed": True, "basic_sanitation": True}),
        ("pay", "district", {"paid": "28000"}),
    ):
        case = await step(housing, case, name, who, **evidence)
    assert case["stage"] == "subsidy_paid"
    today = {"household_code": home.code, **file("N2", taken_on=housing.clock.today().isoformat())}
    assert known(await send(housing, "renovations", today, "system")) == case["id"], "closed here, step by step"
    third = await posted(housing, home)
    housing.clock.advance(timedelta(days=7))
    approval = dated(housing, {"project_number": "N2", "mode": "rebuild"})
    refused = await send(housing, f"renovations/{third['id']}:approve", approval, "district")
    assert known(refused) == case["id"]
    await step(housing, third, "approve", "district", project_number="N3", mode="rebuild")


async def test_a_file_that_waits_for_its_household_is_there_once_too(housing: DepartmentSystem) -> None:
    person = housing.person("丙")
    home = housing.make_household(person)
    body = {"household_code": home.code, **file("W1")}
    waiting = await send(housing, "renovations", body, "system")
    assert (waiting.status_code, waiting.json()["state"]) == (201, "unmatched"), waiting.text
    assert known(await send(housing, "renovations", body, "system")) == waiting.json()["id"]
    await housing.settle(home)
    (held,) = (await housing.read("renovations", household_id=home.household_id))["items"]  # type: ignore[misc]  # JSON
    assert held["id"] == waiting.json()["id"]  # type: ignore[has-type]
    assert known(await send(housing, "renovations", body, "system")) == waiting.json()["id"]


async def test_a_number_that_is_had_twice_once_the_household_is_known_is_told_before_it_is_closed(
    housing: DepartmentSystem,
) -> None:
    """Two systems do not see each other's cases of an unknown household, so each may take over the same file."""
    home = housing.make_household(housing.person("丁"))
    of_t1 = {"household_code": home.code, **file("T1")}
    opened = await send(housing, "renovations", {**of_t1, **dict.fromkeys(PAID)}, "old-system")
    closed = await send(housing, "renovations", of_t1, "system")
    assert [one.json().get("state") for one in (opened, closed)] == ["unmatched", "unmatched"], opened.text
    await housing.settle(home)
    case, other = opened.json(), closed.json()["id"]
    begin = dated(housing, {})
    assert known(await send(housing, f"renovations/{case['id']}:start", begin, "village")) == other
    voided = await send(housing, f"renovations/{other}:void", {"reason": "重复接收"}, "district")
    assert voided.status_code == 200, voided.text
    for name, who, evidence in (
        ("start", "village", {}),
        ("inspect", "township", {"passed": True}),
        ("accept", "district", {"passed": True, "basic_sanitation": True}),
        ("pay", "district", {"paid": "28000"}),
    ):
        case = await step(housing, case, name, who, **evidence)
    assert case["stage"] == "subsidy_paid"
