"""Standing lists of a toy department: what is on them, by place, year and state, and for whom."""

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest

from shared.pii import Vault
from shared.policy import PolicyOverride
from shared.testing.databases import TestDatabases
from shared.testing.department import DepartmentSystem, running_department
from shared.testing.tokens import TestTokens
from tests.departments.water_lists.app import create_app
from tests.departments.water_lists.system import acted, check, lines, the_line

EMPTY = {"open": 0, "checked": 0, "settled": 0, "total": 0}


@pytest.fixture(scope="module")
async def water(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[DepartmentSystem]:
    database = await service_database("water", package="tests.departments.water_lists")
    async with running_department(
        create_app, name="water", database=database, nats_url=nats_url, tokens=tokens, vault=vault
    ) as system:
        yield system


@pytest.fixture(scope="module")
def townships() -> Iterator[int]:
    return count(1)


@pytest.fixture
def township(townships: Iterator[int]) -> str:
    """A township of its own for each test, so that counts are exact."""
    return f"420115{next(townships):03d}"


async def test_counts_go_by_area_state_and_next_level(water: DepartmentSystem, township: str) -> None:
    near, far = township + "201", township + "202"
    done, *others = [await water.household(water.person("甲"), division=near) for _ in range(3)]
    await water.household(water.person("乙"), division=far)
    await water.accept_row("water-checks", check(done.code))
    held = await lines(water, "unchecked", division=township)
    assert [one["household_code"] for one in held[:2]] == [one.code for one in others]
    assert {one["household_code"] for one in held}.isdisjoint({done.code})
    assert {one["state"] for one in held} == {"open"}
    await acted(water, "unchecked", held[0], "check")
    await acted(water, "unchecked", held[1], "settle", outcome="declined")
    everything = await water.read("lists", division=township, by="division")
    unchecked, too_little, contradiction = everything["items"]  # type: ignore[misc]
    assert unchecked["counts"] == {"open": 1, "checked": 1, "settled": 1, "total": 3}
    assert [(one["division"], one["counts"]["total"]) for one in unchecked["by_division"]] == [(near, 2), (far, 1)]
    assert (unchecked["kind"], unchecked["unit"], unchecked["year"]) == ("should_be_in", "household", 2020)
    assert (unchecked["complete"], unchecked["division"], unchecked["source"]) == (True, township + "000", "M36")
    assert too_little["counts"] == EMPTY
    assert contradiction["year"] is None
    assert [one["state"] for one in await lines(water, "unchecked", division=township, state="checked")] == ["checked"]
    last_year = await water.read("lists/unchecked", division=township, year=2019, by="division")
    assert last_year["summary"]["counts"] == {**EMPTY, "open": 4, "total": 4}  # type: ignore[index]
    assert len(last_year["summary"]["by_division"]) == 2  # type: ignore[index]


async def test_nobody_sees_what_lies_outside_his_area(water: DepartmentSystem, township: str) -> None:
    near, far = township + "201", township + "202"
    await water.household(water.person("甲"), division=near)
    mine = await the_line(water, "unchecked", division=near)
    await water.household(water.person("乙"), division=far)
    assert await lines(water, "unchecked", near, division=township) == [mine]
    summary = (await water.read("lists/unchecked", near, division=township))["summary"]
    assert (summary["complete"], summary["counts"]["total"]) == (False, 1)  # type: ignore[index]
    outside = await water.get("lists/unchecked", near, division=far)
    assert (outside.status_code, outside.json()["code"]) == (403, "out-of-area")
    for scopes in (["water:write"], []):
        refused = await water.client.get("/api/v1/water/lists", headers=water.headers(scopes=scopes))
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    path = f"/api/v1/water/lists/unchecked/lines/{mine['line_id']}"
    for action, headers, status in (
        ("check", water.headers(far), 404),
        ("check", water.headers(near, scopes=["water:read"]), 403),
        ("check", water.headers(near), 200),
    ):
        answer = await water.client.post(f"{path}:{action}", json={}, headers=headers)
        assert answer.status_code == status, answer.text
    hidden = await water.client.get(f"{path}/history", headers=water.headers(far))
    assert hidden.status_code == 404


async def test_pages_follow_each_other_without_loss(water: DepartmentSystem, township: str) -> None:
    for village in ("203", "201", "202", "201", "203"):
        await water.household(water.person("甲"), division=township + village)
    whole = await lines(water, "unchecked", division=township)
    assert [one["division"] for one in whole] == sorted(str(one["division"]) for one in whole)
    found: list[object] = []
    page = await water.read("lists/unchecked", division=township, limit=2)
    assert page["summary"] is not None
    while True:
        found += page["items"]  # type: ignore[arg-type,operator]
        if page["next_cursor"] is None:
            break
        page = await water.read("lists/unchecked", division=township, limit=2, cursor=page["next_cursor"])
        assert page["summary"] is None
    assert found == whole
    cursor = (await water.read("lists/unchecked", division=township, limit=2))["next_cursor"]
    for query, status in (("", 200), ("&state=open", 400), (f"&household_id={whole[0]['household_id']}", 400)):
        answer = await water.get(f"lists/unchecked?division={township}&cursor={cursor}{query}")
        assert answer.status_code == status, answer.text


async def test_lines_of_one_member_and_household(water: DepartmentSystem, township: str) -> None:
    first, second, third = (water.person(name) for name in "甲乙丙")
    home = await water.household(first, second, division=township + "201")
    other = await water.household(third, division=township + "201")
    for household in (home, other):
        await water.accept_row("water-checks", check(household.code, source="scattered"))
    line = await the_line(water, "clean_but_scattered", division=township, member_id=second.id)
    assert (line["name"], line["member_id"], line["detail"]) == ("乙", second.id, {})
    assert len(await lines(water, "clean_but_scattered", household_id=home.household_id)) == 2
    both = await lines(water, "clean_but_scattered", household_id=home.household_id, member_id=third.id)
    assert both == []


async def test_each_place_is_judged_by_its_own_policy(water: DepartmentSystem, township: str) -> None:
    near, far = township + "201", township + "202"
    for division in (near, far):
        home = await water.household(water.person("甲"), division=division)
        await water.accept_row("water-checks", check(home.code, litres="25.00"))
    assert await lines(water, "too_little", division=township) == []
    override = PolicyOverride(key="water.litres_per_person_day", area=near, year=2020, value="30", source="村规")
    await water.set_policy(override)
    from_above, from_below = (
        await lines(water, "too_little", division=township),
        await lines(water, "too_little", near, division=near),
    )
    assert from_above == from_below
    assert [(one["division"], one["detail"]) for one in from_above] == [(near, {"litres": "25.00", "days": 92})]
    summary = (await water.read("lists/too_little", division=township))["summary"]
    named = [(one["area"], one["value"]) for one in summary["parameters"]]  # type: ignore[index]
    assert named == [("000000000000", "20"), (near, "30")]
    await water.set_policy(override.model_copy(update={"value": "10"}))
    for division in (near, far):
        home = await water.household(water.person("乙"), division=division)
        await water.accept_row("water-checks", check(home.code, litres="15.00"))
    assert [one["division"] for one in await lines(water, "too_little", division=township)] == [far]
    await water.set_policy()


async def test_an_indicator_too_counts_each_place_by_its_own_policy(water: DepartmentSystem, township: str) -> None:
    near, far = township + "201", township + "202"
    for division, amounts in ((near, ("25.00", "35.00", "36.00")), (far, ("25.00", "15.00"))):
        for litres in amounts:
            home = await water.household(water.person("甲"), division=division)
            await water.accept_row("water-checks", check(home.code, litres=litres))

    async def counted(*scope: str, **query: object) -> tuple[object, ...]:
        value = await water.indicator("enough_water", *scope, **query)
        parts = [(one["division"], one["numerator"]) for one in value["by_division"] or ()]  # type: ignore[attr-defined]
        used = [(one["area"], one["value"]) for one in value["parameters"]]  # type: ignore[attr-defined]
        return value["numerator"], value["denominator"], parts, used

    nation = ("000000000000", "20")
    assert await counted(division=township, by="division") == (4, 5, [(near, 3), (far, 1)], [nation])
    override = PolicyOverride(key="water.litres_per_person_day", area=near, year=2020, value="30", source="村规")
    await water.set_policy(override)
    both = [nation, (near, "30")]
    assert await counted(division=township, by="division") == (3, 5, [(near, 2), (far, 1)], both)
    assert await counted(division=near) == (2, 3, [], [(near, "30")])
    assert await counted(near, division=township) == (2, 3, [], [(near, "30")])
    missing = await water.missing("enough_water", division=township)
    assert sorted(str(one["division"]) for one in missing) == [near, far]
    await water.set_policy()


UNKNOWN = "00000000-0000-4000-8000-000000000000"
NOT_THERE = "20200000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("lists?kind=overdue", 400, "unknown-filter"),
        ("lists/unchecked?name=x", 400, "unknown-filter"),
        ("lists/unchecked?state=", 400, "empty-filter"),
        ("lists/unchecked?state=closed", 400, "invalid-parameter"),
        ("lists/unchecked?state=open&state=gone", 400, "invalid-parameter"),
        ("lists/unchecked?year=1", 400, "invalid-parameter"),
        ("lists/clean_but_scattered?year=2020", 400, "invalid-parameter"),
        ("lists/too_little?year=2005", 400, "indicator-policy-unknown"),
        ("lists/unchecked?member_id=7", 400, "invalid-parameter"),
        ("lists/unchecked?cursor=%00", 400, "invalid-parameter"),
        ("lists/unchecked?cursor=WyJhIl0", 400, "invalid-cursor"),
        ("lists/unchecked?cursor=!!", 400, "invalid-cursor"),
        ("lists/unchecked?limit=1001", 400, "invalid-parameter"),
        ("lists/unchecked?division=4201150", 400, "invalid-parameter"),
        ("lists/unchecked?by=village", 400, "invalid-parameter"),
        ("lists/nothing", 404, "not-found"),
        ("lists/unchecked%00", 400, "invalid-parameter"),
        ("lists/unchecked/lines/7/history", 400, "invalid-parameter"),
        (f"lists/unchecked/lines/{UNKNOWN}/history", 404, "not-found"),
        (f"lists/unchecked/lines/{NOT_THERE}/history", 404, "not-found"),
        (f"lists/clean_but_scattered/lines/{NOT_THERE}/history", 404, "not-found"),
    ],
)
async def test_wrong_questions_are_refused(water: DepartmentSystem, path: str, status: int, code: str) -> None:
    answer = await water.client.get(f"/api/v1/water/{path}", headers=water.headers())
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_the_document_describes_lists(water: DepartmentSystem) -> None:
    document = (await water.client.get("/openapi.json")).json()
    base = "/api/v1/water/lists/{code}/lines"
    settle = document["paths"][base + "/{line_id}:settle"]["post"]
    body = settle["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/SettleLine"}
    assert {one["name"] for one in settle["parameters"]} >= {"code", "line_id", "Idempotency-Key", "If-Match"}
    rows = document["components"]["schemas"]["LineBatch"]["properties"]["rows"]["items"]
    assert {one["$ref"].rpartition("/")[2] for one in rows["anyOf"]} == {"CheckRow", "SettleRow", "ReopenRow"}
