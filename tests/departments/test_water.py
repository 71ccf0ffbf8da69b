"""The toy department of `docs/adding-a-department.md`: what any department gets from its declaration alone."""

import json
from datetime import UTC, datetime

from shared.testing.department import DepartmentSystem
from shared.testing.waiting import wait_until
from tests.departments.checks import check


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
        absent = await water.post("water-checks", {**name, **check()}, **{"If-Match": "*"})
        assert (absent.status_code, absent.json()["code"]) == (412, "precondition-failed")
        await water.post("water-checks", {**name, **check()})
        stale = await water.post("water-checks", {**name, **check(litres="30.00")}, **{"If-Match": '"7"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "precondition-failed")
        held = await water.post("water-checks", {**name, **check(litres="30.00")}, **{"If-Match": '"1"'})
        assert held.json()["revision"] == 2
        taken = await water.post("water-checks", {**name, **check(litres="31.00")}, **{"If-None-Match": "*"})
        assert (taken.status_code, taken.json()["code"]) == (412, "already-recorded")
        assert taken.json()["params"] == {"revision": 2}
        other = await water.post("water-checks", {**name, **check(litres="31.00")}, **{"If-None-Match": '"2"'})
        assert (other.status_code, other.json()["errors"][0]["pointer"]) == (400, "header:if-none-match")
        there = await water.post("water-checks", {**name, **check(litres="31.00")}, **{"If-Match": "*"})
        assert there.json()["revision"] == 3

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
        first = (await water.get("water-checks?division=420115010203&year=2020&limit=2")).json()
        after = f"cursor={first['next_cursor']}"
        for query, status in (
            (f"year=2020&division=420115010203&limit=1&{after}", 200),
            (f"division=420115010203&limit=2&{after}", 400),
            (f"division=420115010203&year=2021&{after}", 400),
            (f"division=420115010203&year=2020&household_id={households[0].household_id}&{after}", 400),
        ):
            assert (await water.get(f"water-checks?{query}")).status_code == status, query
        found = await water.post("water-checks:search", {"id_number": people[0].id_number, "year": 2020})
        assert [item["household_id"] for item in found.json()["items"]] == [str(households[0].household_id)]

    async def test_json_as_programs_on_windows_write_it_is_read_and_other_formats_are_named(
        self, water: DepartmentSystem
    ) -> None:
        household = water.make_household(water.person("窗"))
        await water.settle(household)
        body = json.dumps({"household_code": household.code, **check()}).encode()
        path = "/api/v1/water/water-checks"
        marked = await water.client.post(path, content=b"\xef\xbb\xbf" + body, headers=water.headers())
        assert marked.status_code == 201, marked.text
        plain = await water.client.post(
            path, content=body, headers={**water.headers(), "Content-Type": "text/plain", "Accept-Language": "en"}
        )
        assert (plain.status_code, "application/json" in plain.json()["detail"]) == (415, True)

    async def test_a_search_never_takes_more_than_it_was_asked_for(self, water: DepartmentSystem) -> None:
        here, there = water.person("此"), water.person("彼")
        home, other = water.make_household(here), water.make_household(there)
        await water.settle(home, other)
        named = {"id_number": here.id_number}
        for filters, fault in (
            ({"id_number": None}, ("/id_number", "string_type")),
            ({**named, "household_id": str(other.household_id)}, ("/household_id", "person_named_twice")),
            ({**named, "limit": 100000}, ("/limit", "less_than_equal")),
            ({"division": "42011"}, ("/division", "division_prefix")),
            ({"year": ""}, ("/year", "empty_value")),
        ):
            answer = await water.post("water-checks:search", filters)
            assert answer.status_code == 422, (filters, answer.text)
            assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [fault], filters

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
            "division=420100010203",
            "division=420015",
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
