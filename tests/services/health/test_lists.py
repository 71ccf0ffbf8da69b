"""The standing lists of health against planted cases: who is on them, and what becomes of a line."""

from typing import cast

import pytest

from shared.roster.models import HouseholdState
from shared.testing.department import Body, DepartmentSystem

ENROLLED = {"year": 2020, "enrolled": True, "enrolled_on": "2020-01-05", "scheme": "resident"}


async def lines(health: DepartmentSystem, code: str, division: str, **query: object) -> list[Body]:
    return cast(list[Body], (await health.read(f"lists/{code}", division=division, year=2020, **query))["items"])


async def settle(health: DepartmentSystem, code: str, line: Body, outcome: str) -> Body:
    answer = await health.post(f"lists/{code}/lines/{line['line_id']}:settle", {"outcome": outcome})
    assert answer.status_code == 200, answer.text
    return cast(Body, answer.json())


@pytest.mark.req("D29", "M16", "H23", "M43")
async def test_registered_and_not_insured(health: DepartmentSystem) -> None:
    village = "420115030201"
    insured, found_without, unknown, other = (health.person(name) for name in ("甲", "乙", "丙", "丁"))
    await health.household(insured, found_without, unknown, division=village)
    await health.household(other, division=village, state=HouseholdState.CANDIDATE)
    await health.accept("insurance-enrolments", insured, **ENROLLED)
    await health.accept("insurance-enrolments", found_without, year=2020, enrolled=False, enrolled_on="2020-01-05")
    held = await lines(health, "uninsured", village)
    assert {one["member_id"] for one in held} == {found_without.id, unknown.id}
    (line,) = await lines(health, "uninsured", village, member_id=unknown.id)
    await settle(health, "uninsured", line, "included")
    assert [one["state"] for one in await lines(health, "uninsured", village, state="settled")] == ["settled"]
    await health.accept("insurance-enrolments", unknown, **ENROLLED)
    assert {one["member_id"] for one in await lines(health, "uninsured", village)} == {found_without.id}
    (gone,) = await lines(health, "uninsured", village, state="gone")
    assert (gone["member_id"], gone["previous_state"], gone["outcome"]) == (unknown.id, "settled", "included")


@pytest.mark.req("M18", "Y44", "M43")
async def test_serious_illness_that_is_not_filed(health: DepartmentSystem) -> None:
    village = "420115030202"
    ill = {"health_status": ("serious_illness",)}
    told, both = health.person("甲", **ill), health.person("乙", **ill)
    diagnosed, filed, well = health.person("丙"), health.person("丁", **ill), health.person("戊")
    await health.household(told, both, diagnosed, filed, well, division=village)
    case = {"diagnosed_on": "2020-02-01"}
    for person in (both, diagnosed):
        await health.accept("serious-illness-cases", person, disease="lung_cancer", **case)
    await health.accept("serious-illness-cases", filed, disease="stroke", **case, filed_on="2020-02-03")
    held = {str(one["member_id"]): one["detail"] for one in await lines(health, "serious_illness_unfiled", village)}
    assert held == {
        told.id: {"known_to": "roster"},
        both.id: {"disease": "lung_cancer"},
        diagnosed.id: {"disease": "lung_cancer"},
    }
    await health.accept("serious-illness-cases", both, disease="lung_cancer", **case, filed_on="2020-03-01")
    assert len(await lines(health, "serious_illness_unfiled", village)) == 2


async def test_all_lists_have_counts_and_labels(health: DepartmentSystem) -> None:
    found = cast(list[Body], (await health.read("lists", division="420115", year=2020))["items"])
    assert [one["code"] for one in found] == ["uninsured", "serious_illness_unfiled"]
    for one in found:
        label = cast(dict[str, str], one["label"])
        assert label["zh"]
        assert label["en"]
        assert cast(dict[str, int], one["counts"])["total"] >= 0
