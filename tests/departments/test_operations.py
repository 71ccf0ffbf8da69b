"""What operators may ask of a department: how many events are under way; its facts computed again."""

import asyncpg
import pytest

from shared.testing.department import Body, DepartmentSystem
from shared.testing.waiting import wait_until
from tests.departments.checks import check

OPERATIONS = "/api/v1/water/operations"


async def backlog(water: DepartmentSystem) -> Body:
    answer = await water.client.get(f"{OPERATIONS}/backlog", headers=water.headers(scopes=["operations"]))
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


@pytest.mark.req("M45")
async def test_facts_of_another_release_s_rules_are_put_right_and_published(water: DepartmentSystem) -> None:
    home, other = await water.household(water.person("丙")), await water.household(water.person("丁"))
    await water.post("water-checks", {"household_code": home.code, **check()})
    facts = "SELECT content, version FROM household_facts WHERE household_id = $1"
    (truth,) = await water.rows(facts, home.household_id)
    (untouched,) = await water.rows(facts, other.household_id)
    holder = await asyncpg.connect(water.database.admin_url)
    try:
        before = "UPDATE household_facts SET content = '{}', content_hash = 'of before' WHERE household_id = $1"
        await holder.execute(before, home.household_id)
    finally:
        await holder.close()
    for changed in (1, 0):
        answer = await water.client.post(f"{OPERATIONS}/rebuild", headers=water.headers(scopes=["operations"]))
        assert (answer.status_code, answer.json()) == (200, {"changed": changed})
    (row,) = await water.rows(facts, home.household_id)
    assert (row["content"], row["version"]) == (truth["content"], int(str(truth["version"])) + 1)
    assert await water.rows(facts, other.household_id) == [untouched]
    sent = "SELECT version FROM outbox WHERE key = $1 ORDER BY id DESC LIMIT 1"
    assert (await water.rows(sent, str(home.household_id)))[0]["version"] == row["version"]


async def test_they_are_for_operators(water: DepartmentSystem) -> None:
    for method, name in (("GET", "backlog"), ("POST", "rebuild"), ("POST", "republish")):
        answer = await water.client.request(method, f"{OPERATIONS}/{name}", headers=water.headers())
        assert answer.status_code == 403, name
