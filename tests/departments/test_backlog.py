"""What operators are told of the events that are still under way."""

import asyncpg
import pytest

from shared.testing.department import Body, DepartmentSystem
from shared.testing.waiting import wait_until

PATH = "/api/v1/water/operations/backlog"


async def backlog(water: DepartmentSystem) -> Body:
    answer = await water.client.get(PATH, headers=water.headers(scopes=["operations"]))
    assert answer.status_code == 200, answer.text
    found: Body = answer.json()
    return found


async def nothing(water: DepartmentSystem) -> bool:
    return await backlog(water) == {"unpublished": 0, "untaken": 0}


@pytest.mark.req("M45")
async def test_what_has_not_been_taken_in_is_counted_until_it_is(water: DepartmentSystem) -> None:
    await water.household(water.person("先"))
    await wait_until(lambda: nothing(water))
    holder = await asyncpg.connect(water.database.admin_url)
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE roster_household IN EXCLUSIVE MODE")
            await water.publish(water.make_household(water.person("甲")), water.make_household(water.person("乙")))

            async def both_wait() -> bool:
                return await backlog(water) == {"unpublished": 0, "untaken": 2}

            await wait_until(both_wait)
    finally:
        await holder.close()
    await wait_until(lambda: nothing(water))


async def test_it_is_for_operators(water: DepartmentSystem) -> None:
    assert (await water.client.get(PATH, headers=water.headers())).status_code == 403
