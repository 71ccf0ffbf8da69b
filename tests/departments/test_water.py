"""The toy department of `docs/adding-a-department.md`: what any department gets from its declaration alone."""

import asyncio
from datetime import UTC, datetime

import httpx

from shared.testing.department import DepartmentSystem
from shared.testing.waiting import wait_until


def check(
    year: int = 2020, *, day: str = "2020-03-01", litres: str = "40.00", passed: bool = True
) -> dict[str, object]:
    return {
        "year": year,
        "checked_on": day,
        "source": "centralised",
        "litres_per_person_day": litres,
        "quality_passed": passed,
    }


def codes(response: httpx.Response) -> list[str]:
    return [error["code"] for error in response.json()["errors"]]


class TestCreate:
    async def test_creates_corrects_and_leaves_unchanged(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("张三"))
        await water.settle(household)
        body = {"household_code": household.code, **check()}
        created = await water.post("water-checks", body)
        assert created.status_code == 201, created.text
        record = created.json()
        assert record["household_id"] == str(household.household_id)
        assert record["litres_per_person_day"] == "40.00"
        assert record["state"] == "matched"
        version = int(created.headers["yihu-version"].removeprefix("water="))
        again = await water.post("water-checks", body)
        assert (again.status_code, again.json()["revision"]) == (200, 1)
        assert again.headers["yihu-version"] == f"water={version}"
        corrected = await water.post("water-checks", {"household_code": household.code, **check(litres="19.99")})
        assert (corrected.status_code, corrected.json()["revision"]) == (200, 2)
        assert corrected.json()["id"] == record["id"]
        assert corrected.headers["yihu-version"] == f"water={version + 1}"
        history = (await water.get(f"water-checks/{record['id']}/history")).json()["entries"]
        assert [entry["action"] for entry in history] == ["create", "correct"]
        assert history[1]["before"]["litres_per_person_day"] == "40.00"
        assert history[1]["after"]["litres_per_person_day"] == "19.99"
        assert history[1]["principal"] == "water-system"

    async def test_household_is_named_by_a_members_id_number(self, water: DepartmentSystem) -> None:
        person = water.person("李四")
        household = water.make_household(person)
        await water.settle(household)
        response = await water.post("water-checks", {"id_number": person.id_number, **check()})
        assert response.json()["household_id"] == str(household.household_id)

    async def test_if_match_guards_a_correction(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("王五"))
        await water.settle(household)
        name = {"household_code": household.code}
        await water.post("water-checks", {**name, **check()})
        stale = await water.post("water-checks", {**name, **check(litres="30.00")}, **{"If-Match": '"7"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "precondition-failed")
        held = await water.post("water-checks", {**name, **check(litres="30.00")}, **{"If-Match": '"1"'})
        assert held.json()["revision"] == 2
        taken = await water.post("water-checks", {**name, **check(litres="31.00")}, **{"If-None-Match": "*"})
        assert taken.status_code == 412

    async def test_a_broken_rule_names_field_rule_and_remedy_in_both_languages(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("赵六"))
        await water.settle(household)
        body = {"household_code": household.code, **check(day="2019-03-01")}
        for language in ("zh", "en"):
            response = await water.post("water-checks", body, **{"Accept-Language": language})
            assert response.status_code == 422
            [error] = response.json()["errors"]
            assert error["pointer"] == "/checked_on"
            assert error["message"]
            assert error["remedy"]

    async def test_an_ambiguous_household_code_is_a_conflict(self, water: DepartmentSystem) -> None:
        one = water.make_household(water.person("甲"), code="SAME1")
        other = water.make_household(water.person("乙"), code="SAME1")
        await water.settle(one, other)
        response = await water.post("water-checks", {"household_code": "SAME1", **check()})
        assert (response.status_code, response.json()["code"]) == (409, "ambiguous-identity")

    async def test_outside_the_callers_area_is_refused(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("丙"), division="210403002001")
        await water.settle(household)
        response = await water.post("water-checks", {"household_code": household.code, **check()})
        assert (response.status_code, response.json()["code"]) == (403, "out-of-area")


class TestIdempotency:
    async def test_a_repeated_request_gets_the_first_answer_and_acts_once(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("丁"))
        await water.settle(household)
        body = {"household_code": household.code, **check()}
        first = await water.post("water-checks", body, **{"Idempotency-Key": "k-1"})
        await water.post("water-checks", {"household_code": household.code, **check(litres="25.00")})
        repeat = await water.post("water-checks", body, **{"Idempotency-Key": "k-1"})
        assert (repeat.status_code, repeat.content) == (first.status_code, first.content)
        assert repeat.headers["yihu-version"] == first.headers["yihu-version"]
        reused = await water.post("water-checks", {"household_code": "other", **check()}, **{"Idempotency-Key": "k-1"})
        assert (reused.status_code, reused.json()["code"]) == (409, "idempotency-key-reused")

    async def test_many_at_one_moment_under_one_key_act_once(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("戊"))
        await water.settle(household)
        body = {"household_code": household.code, **check()}
        answers = await asyncio.gather(
            *(water.post("water-checks", body, **{"Idempotency-Key": "k-2"}) for _ in range(12))
        )
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        record_id = answers[0].json()["id"]
        history = (await water.get(f"water-checks/{record_id}/history")).json()["entries"]
        assert len(history) == 1


class TestBatch:
    async def test_a_bad_row_takes_no_neighbour_along(self, water: DepartmentSystem) -> None:
        households = [water.make_household(water.person(f"户{n}")) for n in range(3)]
        await water.settle(*households)
        rows: list[object] = [{"household_code": one.code, **check()} for one in households]
        rows[1:1] = [
            {"household_code": households[0].code, **check(year=1)},
            {"nonsense": True},
            7,
            {"household_code": households[0].code, **check(litres="1e400")},
            {"household_code": "未知", **check()},
        ]
        response = await water.post("water-checks:batch", {"rows": rows})
        assert response.status_code == 200, response.text
        result = response.json()
        assert (result["accepted"], result["refused"], result["unmatched"]) == (4, 4, 1)
        assert [row["status"] for row in result["results"]] == [201, 422, 422, 422, 422, 201, 201, 201]
        bad = result["results"][1]["problem"]
        assert bad["errors"][0]["pointer"] == "/rows/1/year"
        assert result["results"][6]["version"] >= 1

    async def test_two_rows_on_one_key_apply_in_order(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("己"))
        await water.settle(household)
        name = {"household_code": household.code}
        rows = [{**name, **check(litres="10.00")}, {**name, **check(litres="50.00")}]
        response = await water.post("water-checks:batch", {"rows": rows})
        assert [row["status"] for row in response.json()["results"]] == [201, 200]
        listed = (await water.get(f"water-checks?household_id={household.household_id}")).json()["items"]
        assert [item["litres_per_person_day"] for item in listed] == ["50.00"]
        history = (await water.get(f"water-checks/{listed[0]['id']}/history")).json()["entries"]
        assert [entry["action"] for entry in history] == ["create", "correct"]

    async def test_a_batch_is_idempotent_as_a_whole(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("庚"))
        await water.settle(household)
        body = {"rows": [{"household_code": household.code, **check()}]}
        first = await water.post("water-checks:batch", body, **{"Idempotency-Key": "b-1"})
        repeat = await water.post("water-checks:batch", body, **{"Idempotency-Key": "b-1"})
        assert repeat.content == first.content

    async def test_sizes_are_limited(self, water: DepartmentSystem) -> None:
        assert codes(await water.post("water-checks:batch", {"rows": []})) == ["batch_empty"]
        too_many = await water.post("water-checks:batch", {"rows": [{}] * 1001})
        assert (too_many.status_code, codes(too_many)) == (413, ["batch_too_long"])
        assert codes(await water.post("water-checks:batch", {"row": []})) == ["batch_rows"]


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


class TestRead:
    async def test_lists_page_by_cursor_and_filter(self, water: DepartmentSystem) -> None:
        people = [water.person(f"页{n}") for n in range(5)]
        households = [water.make_household(person, division="420115010203") for person in people]
        await water.settle(*households)
        rows = [{"household_code": one.code, **check()} for one in households]
        await water.post("water-checks:batch", {"rows": rows})
        seen: list[str] = []
        cursor = ""
        while True:
            page = (await water.get(f"water-checks?division=420115010203&limit=2{cursor}")).json()
            seen += [item["household_id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert sorted(seen) == sorted(str(one.household_id) for one in households)
        found = await water.post("water-checks:search", {"id_number": people[0].id_number, "year": 2020})
        assert [item["household_id"] for item in found.json()["items"]] == [str(households[0].household_id)]

    async def test_unknown_empty_repeated_and_malformed_filters_are_errors(self, water: DepartmentSystem) -> None:
        for query in (
            "colour=red",
            "year=",
            "year=2020&year=2021",
            "year=x",
            "limit=0",
            "limit=100000",
            "limit=-1",
            "division=42011",
            "division=abc",
            "cursor=zzz",
            "changed_since=yesterday",
            "changed_since=0001-01-01T00:00:00%2B23:59",
            "household_id=1",
            "state=gone",
            "source=river",
        ):
            response = await water.get(f"water-checks?{query}")
            assert response.status_code == 400, (query, response.text)
            assert response.json()["errors"] or response.json()["code"] == "invalid-cursor", query

    async def test_nobody_reads_outside_the_area(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("远"), division="420115010204")
        await water.settle(household)
        posted = (await water.post("water-checks", {"household_code": household.code, **check()})).json()
        elsewhere = water.headers("210403000000")
        for path in (f"water-checks/{posted['id']}", f"water-checks/{posted['id']}/history"):
            response = await water.client.get(f"/api/v1/water/{path}", headers=elsewhere)
            assert response.status_code == 404
        listed = await water.client.get("/api/v1/water/water-checks", headers=elsewhere)
        assert posted["id"] not in listed.text

    async def test_scopes_are_required(self, water: DepartmentSystem) -> None:
        reader = water.tokens.headers(scopes=["water:read"], divisions=("420115010000",))
        response = await water.client.post("/api/v1/water/water-checks", json={}, headers=reader)
        assert response.status_code == 403
        assert (await water.client.get("/api/v1/water/water-checks")).status_code == 401


class TestVoid:
    async def test_a_voided_record_stays_and_no_longer_counts(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("废"))
        await water.settle(household)
        name = {"household_code": household.code}
        posted = (await water.post("water-checks", {**name, **check()})).json()
        empty = await water.post(f"water-checks/{posted['id']}:void", {"reason": " "})
        assert empty.status_code == 422
        voided = await water.post(f"water-checks/{posted['id']}:void", {"reason": "录入有误"})
        assert (voided.status_code, voided.json()["state"]) == (200, "voided")
        again = await water.post(f"water-checks/{posted['id']}:void", {"reason": "x"})
        assert (again.status_code, again.json()["code"]) == (409, "already-voided")
        [held] = await water.rows("SELECT content FROM household_facts WHERE household_id = $1", household.household_id)
        assert '"state":"unknown"' in str(held["content"])
        anew = await water.post("water-checks", {**name, **check()})
        assert (anew.status_code, anew.json()["revision"]) == (201, 1)


class TestRoster:
    async def test_records_follow_a_member_and_old_snapshots_change_nothing(self, water: DepartmentSystem) -> None:
        person, stays = water.person("迁"), water.person("留")
        old = water.make_household(stays, person)
        await water.settle(old)
        new = water.make_household(person)
        left = water.make_household(stays, household_id=old.household_id, version=2, code=old.code)
        # The new home is heard of first, the old one's departure after it, then both again, out of order.
        await water.settle(new)
        await water.settle(left)
        await water.publish(old, new, left)
        marker = water.make_household(water.person("标"))
        await water.settle(marker)
        [row] = await water.rows(
            "SELECT household_id, active FROM roster_member WHERE member_id = $1", person.member.member_id
        )
        assert (row["household_id"], row["active"]) == (new.household_id, True)

    async def test_facts_are_computed_again_when_their_day_has_come(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("年"))
        await water.settle(household)
        await water.post("water-checks", {"household_code": household.code, **check()})
        before = await water.rows("SELECT version FROM household_facts WHERE household_id = $1", household.household_id)
        moment = water.clock.now()
        water.clock.set(datetime(2021, 1, 1, 4, 0, tzinfo=UTC))
        try:

            async def reevaluated() -> bool:
                rows = await water.rows(
                    "SELECT version, content FROM household_facts WHERE household_id = $1", household.household_id
                )
                return rows[0]["version"] == before[0]["version"] + 1 and '"unknown"' in str(rows[0]["content"])

            await wait_until(reevaluated)
        finally:
            water.clock.set(moment)


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
