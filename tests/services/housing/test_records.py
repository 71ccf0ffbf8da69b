"""Records through the API: a thousand rows of each type, what is posted is what is read, refusals row by row."""

import asyncio
from datetime import date, timedelta

import pytest

from services.housing.records import RECORD_TYPES
from shared.roster.models import RosterHousehold
from shared.testing.department import DepartmentSystem
from tests.services.housing.officials import send

ROWS = 1000
HOMES = 20
CONTENT: dict[str, dict[str, object]] = {
    "dwellings": {
        "dwelling_number": 1, "surveyed_on": "2020-01-01", "tenure": "own", "structure": "earth", "built_year": 1978,
        "floor_area": 80, "lived_in": True, "left_on": None,
    },
    "appraisals": {
        "dwelling_number": 1, "appraised_on": "2020-01-01", "grade": "C", "appraiser": "区鉴定站",
        "certificate_number": "JD1", "valid_to": "2023-01-01",
    },
    "relocations": {
        "agreement_number": "B1", "agreed_on": "2018-01-01", "mode": "single", "resettlement": "central",
        "site": "安置点", "floor_area": 75, "delivered_on": "2018-12-01", "moved_in_on": None,
        "old_house_removed_on": None,
    },
    "subsidy-payments": {
        "payment_number": "F1", "project_number": "P1", "fund": "central", "allotted_on": "2020-01-01",
        "amount": "28000.00", "paid_on": "2020-01-02", "received": "27999.50",
    },
    "satisfaction-surveys": {
        "project_number": "P1", "surveyed_on": "2020-01-01", "satisfaction": "fair", "basic_sanitation": False,
        "remark": "厨房未改", "surveyor": "王某",
    },
    "house-checks": {
        "checked_on": "2020-01-01", "problems": ["other", "poor_sanitation"], "rectify_by": "2020-02-01",
        "rectified_on": None, "measure": "清理", "checker": None,
    },
}  # fmt: skip


def day_of(number: int) -> str:
    """One of fifty days."""
    return (date(2019, 1, 1) + timedelta(days=number % 50)).isoformat()


async def homes_in(housing: DepartmentSystem, where: str) -> list[RosterHousehold]:
    return await asyncio.gather(*(housing.household(housing.person("户"), division=where) for _ in range(HOMES)))


VARIED = {
    "dwellings": lambda number: {"dwelling_number": number % 50 + 1},
    "appraisals": lambda number: {"appraised_on": day_of(number)},
    "relocations": lambda number: {"agreement_number": f"B{number}"},
    "subsidy-payments": lambda number: {"payment_number": f"F{number}"},
    "satisfaction-surveys": lambda number: {"project_number": f"P{number}"},
    "house-checks": lambda number: {"checked_on": day_of(number)},
}


def test_each_type_is_here() -> None:
    assert {one.name for one in RECORD_TYPES} == CONTENT.keys() == VARIED.keys()


@pytest.mark.req("D24", "D25", "Y23", "Y25")
async def test_what_is_posted_is_what_is_read(housing: DepartmentSystem) -> None:
    home = await housing.household(housing.person("甲"))
    for name, content in CONTENT.items():
        record = await housing.accept_row(name, {"household_code": home.code, **content})
        read = await housing.read(f"{name}/{record['id']}")
        assert {field: read[field] for field in content} == content, name
        again = await housing.post(name, {"household_code": home.code, **content})
        assert (again.status_code, again.json()["revision"]) == (200, 1), "the same once more changes nothing"


@pytest.mark.req("M45")
async def test_a_thousand_rows_of_each_type(housing: DepartmentSystem) -> None:
    homes = await homes_in(housing, "420115010203")
    for name, content in CONTENT.items():
        rows = [
            {"household_code": homes[number // 50].code, **content, **VARIED[name](number)} for number in range(ROWS)
        ]
        answer = await housing.post(f"{name}:batch", {"rows": rows})
        assert answer.status_code == 200, answer.text[:500]
        assert (answer.json()["accepted"], answer.json()["refused"]) == (ROWS, 0), name
    said = await housing.facts(homes[0])
    assert said.guarantees[0].state == "unmet"


@pytest.mark.req("Y20")
async def test_a_thousand_renovations_are_taken_over(housing: DepartmentSystem) -> None:
    homes = await homes_in(housing, "420115010204")
    rows = [
        {
            "household_code": homes[number // 50].code, "step": "take_over", "taken_on": "2020-06-01", "year": 2019,
            "applied_on": "2019-03-01", "identified_on": "2019-03-10", "category": "registered", "grade": "D",
            "project_number": f"P{number}", "approved_on": "2019-04-01", "granted": "28000",
            "started_on": "2019-05-01", "accepted_on": "2019-09-01", "paid_on": "2019-09-20", "paid": "28000",
        }
        for number in range(ROWS)
    ]  # fmt: skip
    answer = await send(housing, "renovations:batch", {"rows": rows}, "system")
    assert answer.status_code == 200, answer.text[:500]
    assert (answer.json()["accepted"], answer.json()["refused"]) == (ROWS, 0)


async def test_refusals_name_row_field_and_remedy(housing: DepartmentSystem) -> None:
    home = await housing.household(housing.person("乙"))
    good = {"household_code": home.code, **CONTENT["appraisals"]}
    rows = [good, {**good, "grade": "E"}, {**good, "appraised_on": "2020-13-01"}, {**good, "dwelling_number": 0}, 7]
    answer = await housing.post("appraisals:batch", {"rows": rows})
    results = answer.json()["results"]
    assert [one["status"] for one in results] == [201, 422, 422, 422, 422]
    problem = results[1]["problem"]["errors"][0]
    assert (problem["pointer"], problem["code"]) == ("/rows/1/grade", "unknown_code")
    assert problem["message"]
    assert problem["remedy"]
    refused = await housing.refuse("house-checks", {"household_code": home.code, "checked_on": "2020-06-02"})
    assert refused == [("/checked_on", "day_in_future")]
