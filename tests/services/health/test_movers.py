"""A bill that is written while its patient moves to another household."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from shared.roster.models import RosterHousehold
from shared.testing.department import DONGZHOU_VILLAGE, DepartmentSystem, Person
from shared.testing.waiting import wait_until

_WAITING = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def bill(person: Person, number: str) -> dict[str, object]:
    return {
        "id_number": person.id_number,
        "bill_number": number,
        "kind": "inpatient",
        "settled_on": "2020-05-01",
        "total": "100.00",
        "self_paid": "100.00",
    }


@pytest.mark.parametrize("first", ["bill", "move"])
async def test_the_bill_follows_the_patient_whoever_comes_first(health: DepartmentSystem, first: str) -> None:
    stays, moves = health.person("留"), health.person("走")
    old = await health.household(stays, moves)
    blocker = await asyncpg.connect(health.database.admin_url)
    new: asyncio.Task[RosterHousehold] | None = None

    async def waiting(wanted: int) -> None:
        async def held_up() -> bool:
            return int(str((await health.rows(_WAITING))[0]["n"])) >= wanted

        await wait_until(held_up)

    try:
        async with blocker.transaction():
            await blocker.execute("SELECT FROM roster_household WHERE household_id = $1 FOR UPDATE", old.household_id)
            if first == "move":
                new = asyncio.create_task(health.household(moves))
                await waiting(1)
            posted = asyncio.create_task(health.post("settlement-bills", bill(moves, f"B-{first}")))
            await waiting(2 if first == "move" else 1)
            if first == "bill":
                new = asyncio.create_task(health.household(moves))
                await waiting(2)
    finally:
        await blocker.close()
    answer = await posted
    assert answer.status_code == 201, answer.text
    assert new is not None
    home = await new
    rows = await health.rows("SELECT household_id FROM settlement_bill WHERE id = $1", UUID(answer.json()["id"]))
    assert rows[0]["household_id"] == home.household_id
    facts = await health.facts(home)
    assert str(facts.figures["self_paid_medical_cost"]) == "100.00"
    assert facts.as_of is not None, "the household now holds a record, taken in at a moment"
    assert "self_paid_medical_cost" not in (await health.facts(old)).figures


async def test_the_records_of_who_left_stand_where_the_household_stands(health: DepartmentSystem) -> None:
    stays, leaves = health.person("在"), health.person("离")
    home = await health.household(stays, leaves)
    posted = (await health.post("settlement-bills", bill(leaves, "D-1"))).json()
    key = home.household_id
    await health.household(stays, household_id=key, version=2)
    await health.household(stays, household_id=key, version=3, division=DONGZHOU_VILLAGE)
    rows = await health.rows(
        "SELECT household_id, division FROM settlement_bill WHERE id = $1", UUID(str(posted["id"]))
    )
    assert rows == [{"household_id": key, "division": DONGZHOU_VILLAGE}]
