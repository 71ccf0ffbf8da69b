"""Records of people whom nobody knows yet, and records that come while their household does."""

import asyncio

from shared.testing.department import DepartmentSystem
from tests.departments.checks import check


class TestUnmatched:
    async def test_a_record_waits_and_applies_itself_when_the_household_appears(self, water: DepartmentSystem) -> None:
        person = water.person("辛")
        posted = await water.post("water-checks", {"id_number": person.id_number, **check()})
        assert (posted.status_code, posted.json()["state"]) == (201, "unmatched")
        assert "yihu-version" not in posted.headers
        assert person.id_number not in posted.text
        counted = (await water.get("unmatched")).json()
        assert counted["counts"]["water-checks"] >= 1
        stored = await water.rows("SELECT * FROM water_check WHERE id = $1", posted.json()["id"])
        assert person.id_number.encode() not in bytes(str(stored), "utf-8")
        others = water.headers(subject="another-system")
        listed = await water.client.get("/api/v1/water/water-checks?state=unmatched", headers=others)
        assert posted.json()["id"] not in listed.text
        household = water.make_household(person)
        await water.settle(household)
        matched = (await water.get(f"water-checks/{posted.json()['id']}")).json()
        assert (matched["state"], matched["household_id"]) == ("matched", str(household.household_id))
        [held] = await water.rows("SELECT content FROM household_facts WHERE household_id = $1", household.household_id)
        assert '"state":"met"' in str(held["content"])

    async def test_what_was_posted_later_under_the_same_key_stands(self, water: DepartmentSystem) -> None:
        person = water.person("壬")
        await water.post("water-checks", {"id_number": person.id_number, **check(litres="11.00")})
        household = water.make_household(person)
        # The same household named another way before it is known: two records wait, one will stand.
        await water.post("water-checks", {"household_code": household.code, **check(litres="22.00")})
        await water.settle(household)
        listed = (await water.get(f"water-checks?household_id={household.household_id}")).json()["items"]
        assert [item["litres_per_person_day"] for item in listed] == ["22.00"]

    async def test_a_household_outside_the_posters_area_never_gains_the_record(self, water: DepartmentSystem) -> None:
        person = water.person("癸")
        posted = await water.post("water-checks", {"id_number": person.id_number, **check()})
        await water.settle(water.make_household(person, division="210403002001"))
        record = (await water.get(f"water-checks/{posted.json()['id']}")).json()
        assert record["state"] == "unmatched"


class TestRaces:
    async def test_a_household_that_appears_while_its_record_is_posted_gains_it(self, water: DepartmentSystem) -> None:
        people = [water.person(f"赛{n}") for n in range(12)]
        households = [water.make_household(person) for person in people]

        async def post_each() -> None:
            for person in people:
                answer = await water.post("water-checks", {"id_number": person.id_number, **check()})
                assert answer.status_code == 201, answer.text

        await asyncio.gather(post_each(), water.publish(*households))
        await water.settle(*households)
        rows = await water.rows("SELECT household_id FROM water_check WHERE unmatched_hash IS NULL")
        held = {row["household_id"] for row in rows}
        assert {one.household_id for one in households} <= held

    async def test_many_writers_on_the_same_households_lose_nothing(self, water: DepartmentSystem) -> None:
        households = [water.make_household(water.person(f"并{n}")) for n in range(4)]
        await water.settle(*households)

        async def write(number: int) -> int:
            one, other = households[number % 4], households[(number + 1) % 4]
            rows = [{"household_code": each.code, **check(litres=f"{30 + number}.00")} for each in (other, one)]
            answer = await water.post("water-checks:batch", {"rows": rows})
            return int(answer.json()["accepted"])

        assert sum(await asyncio.gather(*(write(number) for number in range(24)))) == 48
        for household in households:
            [item] = (await water.get(f"water-checks?household_id={household.household_id}")).json()["items"]
            history = (await water.get(f"water-checks/{item['id']}/history")).json()["entries"]
            assert [entry["revision"] for entry in history] == list(range(1, len(history) + 1))
            assert item["revision"] == len(history)
            [facts] = await water.rows(
                "SELECT version FROM household_facts WHERE household_id = $1", household.household_id
            )
            published = await water.rows(
                "SELECT version FROM outbox WHERE key = $1 ORDER BY id", str(household.household_id)
            )
            versions = [row["version"] for row in published]
            assert versions == sorted(set(versions))
            assert versions[-1] == facts["version"]
