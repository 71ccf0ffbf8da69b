"""Who takes the steps of a renovation, and a case in each state that the tests begin with."""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

import httpx

from shared.roster.models import RosterHousehold
from shared.testing.department import DepartmentSystem

_CALLERS: dict[str, tuple[str, str, str]] = {
    "village": ("village_officer", "village", "420115010201"),
    "township": ("township_officer", "township", "420115010000"),
    "district": ("district_officer", "housing", "420115000000"),
    "system": ("department_system", "housing", "000000000000"),
    "old-system": ("department_system", "housing", "000000000000"),
}
"""Role, department and division of each caller."""

Case = dict[str, object]


def headers(housing: DepartmentSystem, who: str) -> dict[str, str]:
    role, department, division = _CALLERS[who]
    kind = "system" if role == "department_system" else "person"
    return housing.tokens.headers(
        subject=who,
        kind=kind,
        roles=[role],
        department=department,
        divisions=[division],
        scopes=["housing:read", "housing:write"],
    )


async def send(housing: DepartmentSystem, path: str, body: object, who: str) -> httpx.Response:
    return await housing.client.post(f"/api/v1/housing/{path}", json=body, headers=headers(housing, who))


async def open_case(housing: DepartmentSystem, home: RosterHousehold, who: str = "village", **fields: object) -> Case:
    """An application of today."""
    body = {
        "household_code": home.code,
        "taken_on": housing.clock.today().isoformat(),
        "category": "registered",
        "only_dwelling": True,
        **fields,
    }
    answer = await send(housing, "renovations", body, who)
    assert answer.status_code == 201, answer.text
    return cast(Case, answer.json())


async def step(housing: DepartmentSystem, case: Mapping[str, object], name: str, who: str, **evidence: object) -> Case:
    """A step of today that must be taken."""
    answer = await send(housing, f"renovations/{case['id']}:{name}", dated(housing, evidence), who)
    assert answer.status_code == 200, answer.text
    return cast(Case, answer.json())


def dated(housing: DepartmentSystem, evidence: Mapping[str, object]) -> dict[str, object]:
    return {"taken_on": housing.clock.today().isoformat(), **evidence}


async def posted(housing: DepartmentSystem, home: RosterHousehold, grade: str = "D") -> Case:
    """Applied for, identified, reviewed and posted today."""
    case = await open_case(housing, home)
    found = {"grade": grade, "appraiser": "区鉴定站", "only_dwelling": True}
    await step(housing, case, "identify", "township", **found)
    await step(housing, case, "review", "township", minutes_number="评议2020-1")
    return await step(housing, case, "post", "village", place="村务公开栏")


async def approved(housing: DepartmentSystem, home: RosterHousehold, project: str, **fields: object) -> Case:
    """The same, and approved when the posting has run."""
    case = await posted(housing, home)
    housing.clock.advance(timedelta(days=7))
    return await step(housing, case, "approve", "district", project_number=project, mode="rebuild", **fields)


async def taken_over(housing: DepartmentSystem, home: RosterHousehold, project: str, **fields: object) -> Case:
    """A file of 2019 of grade D, granted 28,000 yuan; `fields` say how far it came."""
    body = {
        "household_code": home.code,
        "step": "take_over",
        "taken_on": housing.clock.today().isoformat(),
        "year": 2019,
        "applied_on": "2019-03-01",
        "identified_on": "2019-03-10",
        "approved_on": "2019-04-10",
        "category": "registered",
        "grade": "D",
        "project_number": project,
        "granted": "28000",
        **fields,
    }
    answer = await send(housing, "renovations", body, "system")
    assert answer.status_code == 201, answer.text
    return cast(Case, answer.json())
