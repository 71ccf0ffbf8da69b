"""One household whose facts cannot be computed, and what that does to its neighbours."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from fastapi import FastAPI

from shared.clock import Clock
from shared.department import create_department
from shared.facts.models import Facts
from shared.pii import Vault
from shared.policy import Policy
from shared.records import Records
from shared.roster.models import RosterHousehold
from shared.settings import ServiceSettings
from shared.testing.databases import TestDatabases
from shared.testing.department import DepartmentSystem, running_department
from shared.testing.tokens import TestTokens
from shared.testing.waiting import wait_until
from tests.departments.checks import check
from tests.departments.conftest import TOWNSHIP
from tests.departments.water.app import DEPARTMENT
from tests.departments.water.facts import facts

POISONED: set[str] = set()


def fussy(household: RosterHousehold, records: Records, policy: Policy, on: date) -> Facts:
    if household.code in POISONED:
        raise ArithmeticError("a fault of the department's rules")
    return facts(household, records, policy, on)


@pytest.fixture(scope="module")
async def water(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[DepartmentSystem]:
    """The toy department with rules that fail for the households in `POISONED`."""
    database = await service_database("fussy", package="tests.departments.water")

    def create(settings: ServiceSettings, clock: Clock) -> FastAPI:
        return create_department(replace(DEPARTMENT, facts=fussy), settings, clock=clock)

    async with running_department(
        create,
        name="water",
        database=database,
        nats_url=nats_url,
        tokens=tokens,
        vault=vault,
        reevaluation_seconds=0.05,
    ) as system:
        system.divisions = (TOWNSHIP,)
        yield system
        POISONED.clear()


async def test_a_batch_loses_only_the_row_of_the_household_at_fault(water: DepartmentSystem) -> None:
    households = [water.make_household(water.person(f"毒{n}")) for n in range(3)]
    await water.settle(*households)
    POISONED.add(households[1].code)
    rows = [{"household_code": one.code, **check()} for one in households]
    result = (await water.post("water-checks:batch", {"rows": rows})).json()
    assert [row["status"] for row in result["results"]] == [201, 500, 201]
    single = await water.post("water-checks", rows[1])
    assert single.status_code == 500
    assert (await water.get(f"water-checks?household_id={households[1].household_id}")).json()["items"] == []
    POISONED.clear()
    assert (await water.post("water-checks", rows[1])).status_code == 201


async def test_the_turn_of_the_year_reaches_all_others(water: DepartmentSystem) -> None:
    households = [water.make_household(water.person(f"岁{n}")) for n in range(4)]
    await water.settle(*households)
    for one in households:
        await water.post("water-checks", {"household_code": one.code, **check()})
    POISONED.add(min(households, key=lambda one: one.household_id).code)
    moment = water.clock.now()
    water.clock.set(datetime(2021, 1, 1, 4, 0, tzinfo=UTC))

    async def states(wanted: int) -> bool:
        rows = await water.rows(
            "SELECT content FROM household_facts WHERE household_id = ANY($1)", [one.household_id for one in households]
        )
        return sum('"unknown"' in str(row["content"]) for row in rows) == wanted

    async def others_reached() -> bool:
        return await states(3)

    async def all_reached() -> bool:
        return await states(4)

    try:
        await wait_until(others_reached)
        POISONED.clear()
        water.clock.set(datetime(2021, 1, 2, 4, 0, tzinfo=UTC))
        await wait_until(all_reached)
    finally:
        water.clock.set(moment)
