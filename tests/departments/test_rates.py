"""A rate over all who live at a place: what is counted, by what it is divided, and what is not guessed."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from shared.database import migrations
from shared.indicators.judgement import Judgement, judge_rate
from shared.pii import Vault
from shared.testing.databases import TestDatabases
from shared.testing.department import Body, DepartmentSystem, running_department
from shared.testing.tokens import TestTokens
from tests.departments.water_lists.app import create_app
from tests.departments.water_lists.system import check

TOWNSHIP = "420115010000"
NEAR, FAR, EMPTY = "420115010201", "420115010202", "420115010203"


@pytest.fixture(scope="module")
async def water(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[DepartmentSystem]:
    """Three people of one village have scattered supply, and nobody else."""
    database = await service_database("water", package="tests.departments.water_lists")
    async with running_department(
        create_app, name="water", database=database, nats_url=nats_url, tokens=tokens, vault=vault
    ) as system:
        home = await system.household(*(system.person(name) for name in "甲乙丙"), division=NEAR)
        await system.accept_row("water-checks", check(home.code, source="scattered"))
        yield system


def number(division: str, persons: int, *, year: int = 2020, kind: str = "rural") -> Body:
    return {"division": division, "year": year, "kind": kind, "persons": persons, "counted_on": f"{year}-01-01"}


def seen(value: object) -> tuple[object, ...]:
    assert isinstance(value, dict)
    return tuple(value[name] for name in ("numerator", "denominator", "denominator_year", "ratio", "met"))


async def test_a_rate_is_divided_by_the_number_told_for_that_place_and_year(water: DepartmentSystem) -> None:
    rate = await water.indicator("scattered_supply", division=TOWNSHIP, by="division")
    assert seen(rate) == (3, None, None, None, None)
    assert rate["kind"] == "rate"
    rows = [
        number(NEAR, 151),
        number(EMPTY, 90),
        number(TOWNSHIP, 149, year=2019),
        number(TOWNSHIP, 7, kind="resident"),
    ]
    assert (await water.post("population-counts:batch", {"rows": rows})).json()["accepted"] == 4
    rate = await water.indicator("scattered_supply", division=TOWNSHIP, by="division")
    assert seen(rate) == (3, 149, 2019, "0.0202", False)  # 0.02013…: rounded up, it may be no more than 0.02
    near, empty = rate["by_division"]  # type: ignore[misc]
    assert (near["division"], *seen(near)) == (NEAR, 3, 151, 2020, "0.0199", True)
    assert (empty["division"], *seen(empty)) == (EMPTY, 0, 90, 2020, "0.0000", True)
    await water.accept_row("population-counts", number(TOWNSHIP, 150))
    assert seen(await water.indicator("scattered_supply", division=TOWNSHIP)) == (3, 150, 2020, "0.0200", True)
    assert seen(await water.indicator("scattered_supply", division=TOWNSHIP, year=2018)) == (3, None, None, None, None)
    assert seen(await water.indicator("scattered_supply", division=NEAR))[:2] == (3, 151)
    assert seen(await water.indicator("scattered_supply", division=FAR)) == (0, None, None, None, None)
    await water.accept_row("population-counts", number(FAR, 0))
    assert seen(await water.indicator("scattered_supply", division=FAR)) == (0, 0, 2020, None, None)


async def test_what_the_policy_of_a_year_does_not_reach_takes_nothing_else_along(water: DepartmentSystem) -> None:
    told = await water.read("indicators", division=TOWNSHIP, year=2005)
    assert [one["code"] for one in told["items"]] == ["scattered_supply"]  # type: ignore[attr-defined]
    assert told["unreckoned"] == [{"code": "enough_water", "parameter": "water.litres_per_person_day"}]
    refused = await water.get("indicators/enough_water", division=TOWNSHIP, year=2005)
    assert (refused.status_code, refused.json()["code"]) == (400, "indicator-policy-unknown")
    # A target that nobody had set yet is none: the rate itself is told, and not judged.
    rate = await water.indicator("scattered_supply", division=TOWNSHIP, year=2005)
    assert (rate["numerator"], rate["target"], rate["met"]) == (3, None, None)
    lists = await water.read("lists", division=TOWNSHIP, year=2005)
    assert [one["code"] for one in lists["unreckoned"]] == ["too_little"]  # type: ignore[attr-defined]
    assert [one["code"] for one in lists["items"]] == ["unchecked", "clean_but_scattered"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("count", "persons", "target", "at_least", "ratio", "met"),
    [
        (2, 100, "0.02", False, "0.0200", True),
        (2, 99, "0.0202", False, "0.0203", False),
        (1, 3, "0.3333", True, "0.3333", True),
        (1, 3, "0.3334", True, "0.3333", False),
        (0, 5, None, False, "0.0000", None),
        (3, 2, "1", False, "1.5000", False),
    ],
)
def test_a_rate_never_looks_better_than_it_is(
    *, count: int, persons: int, target: str | None, at_least: bool, ratio: str, met: bool | None
) -> None:
    limit = None if target is None else Decimal(target)
    assert judge_rate(Decimal(count), persons, limit, at_least=at_least) == Judgement(Decimal(ratio), met)


async def test_a_part_of_a_place_is_not_divided_by_the_whole(water: DepartmentSystem) -> None:
    await water.accept_row("population-counts", number(TOWNSHIP, 150))
    rate = await water.indicator("scattered_supply", NEAR, FAR, division=TOWNSHIP)
    assert (rate["complete"], *seen(rate)) == (False, 3, None, None, None, None)


async def test_the_migration_builds_what_is_declared(service_database: TestDatabases) -> None:
    database = await service_database("water", migrated=False)
    await asyncio.to_thread(migrations.upgrade, "tests.departments.water_lists", database.owner_url)
    await asyncio.to_thread(migrations.check, "tests.departments.water_lists", database.owner_url)
    await asyncio.to_thread(migrations.downgrade, "tests.departments.water_lists", database.owner_url)


async def test_numbers_are_records_with_rules_scope_and_history(water: DepartmentSystem) -> None:
    first = await water.accept_row("population-counts", number(EMPTY, 10, kind="resident"))
    corrected = await water.accept_row("population-counts", number(EMPTY, 11, kind="resident"))
    assert (corrected["id"], corrected["revision"]) == (first["id"], 2)
    refused = await water.refuse("population-counts", {**number(EMPTY, -1), "kind": "people"})
    assert {pointer for pointer, _ in refused} == {"/persons", "/kind"}
    outside = await water.post("population-counts", number(TOWNSHIP, 1), **water.headers(NEAR))
    assert (outside.status_code, outside.json()["code"]) == (403, "out-of-area")
    assert (await water.get("indicators/scattered_supply/missing", division=NEAR)).status_code == 404
