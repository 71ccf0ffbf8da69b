"""Corrections, lookups, reveals, lists, divisions, villages, income years."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from services.registry.divisions.importing import shipped_rows
from services.registry.lifecycle.transitions import transitions
from shared.clock import MovableClock
from shared.pii.access_log import verify_chain
from shared.roster.models import HouseholdState
from tests.services.registry.conftest import OTHER_VILLAGE, VILLAGE, People, create


class TestCorrections:
    async def test_if_match_guards_a_household(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, people.household("H1"))
        path = f"/api/v1/households/{home['household_id']}"
        first = await registry.get(path)
        tag = first.headers["ETag"]
        assert (await registry.get(path, headers={"If-None-Match": tag})).status_code == 304
        ok = await registry.patch(path, json={"causes": ["schooling"]}, headers={"If-Match": tag})
        assert (ok.status_code, ok.json()["causes"]) == (200, ["schooling"])
        late = await registry.patch(path, json={"causes": ["disaster"]}, headers={"If-Match": tag})
        assert (late.status_code, late.json()["code"]) == (412, "outdated")
        entry = (await registry.get(f"{path}/history")).json()["entries"][0]
        assert (entry["before"], entry["after"]) == ({"causes": ["illness"]}, {"causes": ["schooling"]})

    async def test_a_member_is_corrected_and_checked(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, people.household("H1"))
        path = f"/api/v1/members/{home['members'][1]['member_id']}"
        ok = await registry.patch(path, json={"labour_skill": "skilled", "phone": "13800001111"})
        assert (ok.status_code, ok.json()["phone"]) == (200, "138****1111")
        assert ok.headers["Yihu-Version"] == "registry=2"
        wrong = await registry.patch(path, json={"relation": "head"})
        assert wrong.json()["errors"][0]["code"] == "several_heads"
        other = people.household("H2")
        await create(registry, other)
        taken = await registry.patch(path, json={"id_number": other["members"][1]["id_number"]})
        assert (taken.status_code, taken.json()["params"]) == (409, {"household": "H1", "other": "H2"})

    async def test_a_member_is_added(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, people.household("H1"))
        path = f"/api/v1/households/{home['household_id']}/members"
        added = await registry.post(path, json=people.member("son"))
        assert (added.status_code, len(added.json()["members"])) == (201, 3)
        wrong = await registry.post(path, json=people.member("head"))
        assert wrong.status_code == 422
        assert wrong.json()["errors"][0]["pointer"] == "/relation"


class TestLookupAndReveal:
    async def test_lookup_by_code_and_number_is_masked(self, registry: httpx.AsyncClient, people: People) -> None:
        document = people.household("H1")
        home = await create(registry, document)
        number = document["members"][1]["id_number"]
        for body in ({"code": "H1"}, {"id_number": number}, {"id_number": number.lower()}):
            answer = await registry.post("/api/v1/households:lookup", json=body)
            assert answer.json()["household"]["household_id"] == home["household_id"]
            assert number not in answer.text
        assert (await registry.post("/api/v1/households:lookup", json={"code": "H2"})).status_code == 404
        assert (await registry.post("/api/v1/households:lookup", json={})).status_code == 422

    async def test_a_reveal_needs_scope_and_purpose_and_is_logged(
        self,
        registry: httpx.AsyncClient,
        people: People,
        headers_of: Any,
        behind: "asyncpg.Connection[asyncpg.Record]",
    ) -> None:
        document = people.household("H1", bank_account="6222020000001234567")
        home = await create(registry, document)
        path = f"/api/v1/members/{home['members'][0]['member_id']}:reveal"
        without = headers_of(scopes=["registry:read"])
        assert (await registry.post(path, json={"purpose": "核对"}, headers=without)).status_code == 403
        assert (await registry.post(path, json={})).status_code == 422
        answer = await registry.post(path, json={"purpose": "核对银行账户"})
        assert answer.json()["id_number"] == document["members"][0]["id_number"]
        account = await registry.post(f"/api/v1/households/{home['household_id']}:reveal", json={"purpose": "发放"})
        assert account.json()["bank_account"] == "6222020000001234567"
        rows = await behind.fetch("SELECT principal, purpose, fields FROM access_log ORDER BY position")
        assert [row["purpose"] for row in rows] == ["核对银行账户", "发放"]
        assert (await verify_chain(behind)).intact  # type: ignore[arg-type]  # reads only


class TestAge:
    @pytest.mark.req("SYS01")
    async def test_every_part_names_its_source_and_every_source_its_age(
        self, registry: httpx.AsyncClient, people: People, clock: MovableClock
    ) -> None:
        home = await create(registry, people.household("H1"))
        path = f"/api/v1/households/{home['household_id']}"
        clock.advance(timedelta(days=3))
        status = (await registry.get(f"{path}/status")).json()
        assert status["sources"]["registry"]["age_days"] == 3
        for name in ("place", "lifecycle", "members", "causes", "income", "risk"):
            source = status[name]["source"]
            assert (source["department"], source["version"]) == ("registry", 1)
            assert source["as_of"].startswith("2020-06-01T04:00:00")
            assert source["department"] in status["sources"]
        await registry.patch(path, json={"causes": ["schooling"]})
        again = (await registry.get(f"{path}/status", params={"view": "mobile"})).json()
        assert again["sources"]["registry"] == {"version": 2, "age_days": 0, "stale": False}

    async def test_what_changes_nothing_makes_nothing_younger(
        self, registry: httpx.AsyncClient, people: People, clock: MovableClock
    ) -> None:
        document = people.household("H1")
        home = await create(registry, document)
        clock.advance(timedelta(days=2))
        assert (await registry.post("/api/v1/households", json=document)).status_code == 200
        status = (await registry.get(f"/api/v1/households/{home['household_id']}/status")).json()
        assert (status["sources"]["registry"]["version"], status["sources"]["registry"]["age_days"]) == (1, 2)


class TestLists:
    @pytest.mark.req("D16")
    async def test_filters(self, registry: httpx.AsyncClient, people: People) -> None:
        able = [people.member(labour_skill="ordinary")]
        await create(registry, people.household("H1", members=able, management_ability=True, causes=["lack_of_funds"]))
        poor = people.household("H2", division=OTHER_VILLAGE, household_type="dibao", state="candidate")
        await create(registry, poor)
        for query, codes in (
            ({"industry_target": "true"}, {"H1"}),
            ({"industry_target": "false"}, {"H2"}),
            ({"division": OTHER_VILLAGE}, {"H2"}),
            ({"division": "420115"}, {"H1", "H2"}),
            ({"state": "candidate"}, {"H2"}),
            ({"household_type": "dibao"}, {"H2"}),
            ({"cause": "lack_of_funds"}, {"H1"}),
            ({"code": "H1"}, {"H1"}),
            ({"changed_since": "2000-01-01T00:00:00Z"}, {"H1", "H2"}),
        ):
            answer = await registry.get("/api/v1/households", params=query)
            assert {one["code"] for one in answer.json()["items"]} == codes, query

    async def test_pages_hold_every_household_once(self, registry: httpx.AsyncClient, people: People) -> None:
        rows = [people.household(f"H{index}") for index in range(7)]
        await registry.post("/api/v1/households:batch", json={"rows": rows})
        seen: list[str] = []
        cursor: str | None = None
        while True:
            params = {"limit": "3", **({"cursor": cursor} if cursor else {})}
            page = (await registry.get("/api/v1/households", params=params)).json()
            seen += [one["code"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(seen) == [f"H{index}" for index in range(7)]

    async def test_a_page_neither_repeats_nor_skips_while_others_write(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        rows = [people.household(f"H{index}") for index in range(5)]
        await registry.post("/api/v1/households:batch", json={"rows": rows})
        for path in ("/api/v1/households", "/api/v1/statuses"):
            first = (await registry.get(path, params={"limit": "2"})).json()
            seen = [one["code"] for one in first["items"]]
            changed = f"/api/v1/households/{first['items'][0]['household_id']}"
            assert (await registry.patch(changed, json={"causes": ["disaster", "schooling"]})).status_code == 200
            assert (await registry.patch(changed, json={"causes": ["disaster"]})).status_code == 200
            await create(registry, people.household(f"N{path[8]}", division=OTHER_VILLAGE))
            cursor = first["next_cursor"]
            others = await registry.get(path, params={"state": "registered", "cursor": cursor})
            assert (others.status_code, others.json()["code"]) == (400, "invalid-cursor")
            while cursor:
                page = (await registry.get(path, params={"limit": "2", "cursor": cursor})).json()
                seen += [one["code"] for one in page["items"]]
                cursor = page["next_cursor"]
            assert [code for code in sorted(seen) if code.startswith("H")] == [f"H{index}" for index in range(5)], path
            assert len(seen) == len(set(seen))

    @pytest.mark.parametrize(
        "query", ["nonsense=1", "state=", "state=rich", "limit=0", "limit=x", "cursor=x", "division=4", "code=%00"]
    )
    async def test_a_filter_that_is_not_understood_is_never_all(self, registry: httpx.AsyncClient, query: str) -> None:
        answer = await registry.get(f"/api/v1/households?{query}")
        assert answer.status_code in (400, 422), answer.text


class TestDivisions:
    async def test_the_code_book_is_there_from_the_start(self, registry: httpx.AsyncClient) -> None:
        assert len(shipped_rows()) == 1033
        tree = (await registry.get("/api/v1/divisions/tree", params={"root": "420115010000"})).json()
        assert (tree[0]["name"], len(tree[0]["children"])) == ("山坡街道", 47)
        children = (await registry.get("/api/v1/divisions/420115010000/children")).json()["items"]
        assert len(children) == 47
        assert (await registry.get("/api/v1/divisions/430000000000")).status_code == 404

    async def test_import_by_row_and_by_csv_is_idempotent(self, registry: httpx.AsyncClient) -> None:
        rows = [
            {"code": "430101001001", "name": "某村"},
            {"code": "430101001000", "name": "某街道"},
            {"code": "430101000000", "name": "某区", "level": "county"},
            {"code": "430100000000", "name": "某市"},
            {"code": "430000000000", "name": "某省"},
            {"code": "440101000000", "name": "无上级"},
            {"code": "430101002000", "name": "某镇", "level": "village"},
        ]
        first = (await registry.post("/api/v1/divisions:import", json={"rows": rows})).json()
        assert [one["status"] for one in first["results"]] == [201, 201, 201, 201, 201, 422, 422]
        csv = "code,name\n430000000000,某省改名\n430101001001,某村\n"
        headers = {"Content-Type": "text/csv"}
        again = await registry.post("/api/v1/divisions:import", content=csv.encode(), headers=headers)
        assert [one["status"] for one in again.json()["results"]] == [200, 200]
        assert (await registry.get("/api/v1/divisions/430000000000")).json()["name"] == "某省改名"
        bad = await registry.post("/api/v1/divisions:import", content=b"\xff,x\n", headers=headers)
        assert bad.status_code == 422


class TestVillages:
    @pytest.mark.req("Y02")
    async def test_a_class_reaches_the_roster_of_its_households(
        self, registry: httpx.AsyncClient, people: People, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        await create(registry, people.household("H1"))
        await create(registry, people.household("H2", division=OTHER_VILLAGE))
        body = {"village_class": "poor", "rural_population": 1200}
        put = await registry.put(f"/api/v1/villages/{VILLAGE}", json=body)
        assert (put.status_code, put.json()["rural_population"]) == (201, 1200)
        rows = dict(await behind.fetch("SELECT code, village_class FROM roster_household"))  # type: ignore[arg-type]
        assert rows == {"H1": "poor", "H2": None}
        batch = await registry.post(
            "/api/v1/villages:batch",
            json={"rows": [{"code": code, "village_class": "poor"} for code in (VILLAGE, "420115010999")]},
        )
        assert [one["status"] for one in batch.json()["results"]] == [200, 422]
        assert batch.json()["republished"] == 0
        listed = (await registry.get("/api/v1/villages", params={"village_class": "poor"})).json()["items"]
        assert [one["code"] for one in listed] == [VILLAGE]


@pytest.mark.req("D10")
def test_every_state_has_its_transitions() -> None:
    assert set(transitions()) == set(HouseholdState)
    assert HouseholdState.RETURNED in transitions()[HouseholdState.EXITED]
    assert HouseholdState.EXITED not in transitions()[HouseholdState.REGISTERED]
