"""What must hold of records however they are posted: own language, own rows, own keys."""

import asyncio
from uuid import UUID

from shared.testing.department import DepartmentSystem
from shared.testing.waiting import wait_until
from tests.departments.checks import check


class TestGroups:
    async def test_each_request_of_a_group_is_answered_in_its_own_language(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("语"))
        await water.settle(household)
        bad = {"rows": [{"household_code": household.code, **check(day="2019-01-01")}]}
        languages = ["zh", "en"] * 8

        async def title(language: str, number: int) -> tuple[str, str]:
            headers = {"Accept-Language": language, "X-Request-ID": f"r-{number}"}
            answer = await water.post("water-checks:batch", bad, **headers)
            problem = answer.json()["results"][0]["problem"]
            return problem["title"], problem["instance"]

        answers = await asyncio.gather(*(title(language, number) for number, language in enumerate(languages)))
        assert {title.isascii() for title, _ in answers[1::2]} == {True}
        assert {title.isascii() for title, _ in answers[0::2]} == {False}
        assert [instance for _, instance in answers] == [f"r-{number}" for number in range(16)]


class TestOthersWaitingRows:
    async def test_a_stranger_neither_overwrites_nor_learns_of_a_waiting_row(self, water: DepartmentSystem) -> None:
        person = water.person("候")
        mine = await water.post("water-checks", {"id_number": person.id_number, **check(litres="41.00")})
        stranger = water.headers("210403000000", subject="far-system")
        theirs = await water.client.post(
            "/api/v1/water/water-checks",
            json={"id_number": person.id_number, **check(litres="9.00")},
            headers=stranger,
        )
        assert (mine.status_code, theirs.status_code) == (201, 201)
        assert theirs.json()["id"] != mine.json()["id"]
        household = water.make_household(person)
        await water.settle(household)
        listed = (await water.get(f"water-checks?household_id={household.household_id}")).json()["items"]
        assert [(item["id"], item["litres_per_person_day"]) for item in listed] == [(mine.json()["id"], "41.00")]
        [waits] = await water.rows("SELECT household_id FROM water_check WHERE id = $1", UUID(theirs.json()["id"]))
        assert waits["household_id"] is None

    async def test_of_two_systems_of_the_area_the_later_word_stands(self, water: DepartmentSystem) -> None:
        person = water.person("双")
        body = {"id_number": person.id_number}
        await water.post("water-checks", {**body, **check(litres="1.00")})
        await water.client.post(
            "/api/v1/water/water-checks", json={**body, **check(litres="2.00")}, headers=water.headers(subject="second")
        )
        household = water.make_household(person)
        await water.settle(household)
        listed = (await water.get(f"water-checks?household_id={household.household_id}")).json()["items"]
        assert [item["litres_per_person_day"] for item in listed] == ["2.00"]


class TestVoidedAndBack:
    async def test_void_of_an_unmatched_row_keeps_it_from_being_matched(self, water: DepartmentSystem) -> None:
        person = water.person("撤")
        posted = await water.post("water-checks", {"id_number": person.id_number, **check()})
        voided = await water.post(f"water-checks/{posted.json()['id']}:void", {"reason": "误报"})
        assert (voided.status_code, voided.json()["state"]) == (200, "voided")
        household = water.make_household(person)
        await water.settle(household)
        assert (await water.get(f"water-checks?household_id={household.household_id}")).json()["items"] == []
        [facts] = await water.rows(
            "SELECT content FROM household_facts WHERE household_id = $1", household.household_id
        )
        assert '"unknown"' in str(facts["content"])

    async def test_a_row_posted_after_a_void_is_a_new_record(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("复"))
        await water.settle(household)
        body = {"household_code": household.code, **check()}
        first = await water.post("water-checks", body, **{"Idempotency-Key": "v-1"})
        await water.post(f"water-checks/{first.json()['id']}:void", {"reason": "误报"}, **{"Idempotency-Key": "v-2"})
        late = await water.post("water-checks", {**body, **check(litres="3.00")}, **{"If-Match": '"1"'})
        assert late.status_code == 412
        repeat = await water.post("water-checks", body, **{"Idempotency-Key": "v-1"})
        assert repeat.json()["id"] == first.json()["id"], "the repeat of an answered request acts no second time"
        anew = await water.post("water-checks", body)
        assert (anew.status_code, anew.json()["id"] != first.json()["id"]) == (201, True)


class TestKeys:
    async def test_a_key_is_of_one_path_and_body_and_free_after_a_refusal(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("键"))
        await water.settle(household)
        good = {"household_code": household.code, **check()}
        key = {"Idempotency-Key": "p-1"}
        assert (await water.post("water-checks", {**good, **check(day="2019-01-01")}, **key)).status_code == 422
        created = await water.post("water-checks", good, **key)
        assert created.status_code == 201
        assert (await water.post("water-checks:batch", {"rows": [good]}, **key)).status_code == 409
        assert (
            await water.post(f"water-checks/{created.json()['id']}:void", {"reason": "x"}, **key)
        ).status_code == 409
        other = water.headers(subject="other-system")
        theirs = await water.client.post("/api/v1/water/water-checks", json=good, headers={**other, **key})
        assert (theirs.status_code, theirs.json()["revision"]) == (200, 1)

    async def test_a_batch_of_refused_rows_alone_is_repeated_word_for_word(self, water: DepartmentSystem) -> None:
        body = {"rows": [{"household_code": "没有", **check(year=1)}, 3]}
        first = await water.post("water-checks:batch", body, **{"Idempotency-Key": "p-2"})
        again = await water.post("water-checks:batch", body, **{"Idempotency-Key": "p-2"})
        assert (first.json()["refused"], again.content) == (2, first.content)


class TestVersion:
    async def test_the_version_named_is_the_one_that_contains_the_row(self, water: DepartmentSystem) -> None:
        households = [water.make_household(water.person(f"版{n}")) for n in range(3)]
        await water.settle(*households)

        async def write(number: int) -> tuple[str, int, str]:
            one, litres = households[number % 3], f"{number + 20}.00"
            answer = await water.post("water-checks", {"household_code": one.code, **check(litres=litres)})
            version = int(answer.headers["yihu-version"].removeprefix("water="))
            return str(one.household_id), version, answer.json()["recorded_at"]

        named = await asyncio.gather(*(write(number) for number in range(30)))

        async def published() -> bool:
            return not await water.rows("SELECT 1 FROM outbox WHERE published_at IS NULL")

        await wait_until(published)
        sent = await water.rows("SELECT key, version, count(*) AS n FROM outbox GROUP BY 1, 2")
        times = {(row["key"], row["version"]): row["n"] for row in sent}
        assert all(times[key, version] == 1 for key, version, _ in named)
