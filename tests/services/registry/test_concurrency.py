"""Many writers at once: one wins, the others are told why; nothing is lost or doubled, nobody waits in a circle."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from services.registry.status.engine import StatusEngine
from tests.services.registry.conftest import OTHER_VILLAGE, People, create

WRITERS = 6


class TestCreators:
    @pytest.mark.req("D08")
    async def test_one_person_registered_by_many_at_once_lives_in_one_household(
        self, registry: httpx.AsyncClient, people: People, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        for attempt in range(3):
            person = people.member("spouse", "female")
            homes = [
                people.household(f"P{attempt}-{index}", members=[people.member(), person]) for index in range(WRITERS)
            ]
            answers = await asyncio.gather(*(registry.post("/api/v1/households", json=home) for home in homes))
            assert sorted(answer.status_code for answer in answers) == [201] + [409] * (WRITERS - 1)
            winner = next(answer.json()["code"] for answer in answers if answer.status_code == 201)
            for home, answer in zip(homes, answers, strict=True):
                if answer.status_code == 409:
                    assert answer.json()["code"] == "duplicate-person"
                    assert answer.json()["params"] == {"household": home["code"], "other": winner}
        assert await behind.fetchval("SELECT count(*) FROM household") == 3
        assert await behind.fetchval("SELECT count(*) FROM member") == 6

    async def test_one_code_created_by_many_at_once_is_one_household(
        self, registry: httpx.AsyncClient, people: People, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        home = people.household("H1")
        answers = await asyncio.gather(*(registry.post("/api/v1/households", json=home) for _ in range(WRITERS)))
        assert sorted(answer.status_code for answer in answers) == [200] * (WRITERS - 1) + [201]
        assert len({answer.json()["household_id"] for answer in answers}) == 1
        assert {answer.headers["Yihu-Version"] for answer in answers} == {"registry=1"}
        assert await behind.fetchval("SELECT count(*) FROM member") == 2

    async def test_batches_in_opposite_orders_finish(
        self, registry: httpx.AsyncClient, people: People, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        rows = [people.household(f"H{index:02d}") for index in range(40)]
        bodies: list[dict[str, Any]] = [
            {"rows": [{**row, "causes": [cause]} for row in (rows if forward else rows[::-1])]}
            for forward, cause in ((True, "illness"), (False, "schooling"), (True, "disaster"), (False, "disability"))
        ]
        answers = await asyncio.gather(*(registry.post("/api/v1/households:batch", json=body) for body in bodies))
        assert [(answer.status_code, answer.json().get("accepted")) for answer in answers] == [(200, 40)] * 4
        assert await behind.fetchval("SELECT count(*) FROM household") == 40
        assert len(await behind.fetch("SELECT DISTINCT causes FROM household")) == 1
        states = await behind.fetch("SELECT s.causes = h.causes FROM household_status s JOIN household h USING (code)")
        assert [row[0] for row in states] == [True] * 40


class TestCorrectors:
    async def test_of_two_corrections_of_one_revision_one_wins(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        home = await create(registry, people.household("H1"))
        path = f"/api/v1/households/{home['household_id']}"
        tag = (await registry.get(path)).headers["ETag"]
        causes = ["schooling", "disaster", "disability", "lack_of_funds"]
        answers = await asyncio.gather(
            *(registry.patch(path, json={"causes": [cause]}, headers={"If-Match": tag}) for cause in causes)
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
        winner = next(answer.json()["causes"] for answer in answers if answer.status_code == 200)
        assert (await registry.get(path)).json()["causes"] == winner

    async def test_versions_grow_without_a_gap(
        self, registry: httpx.AsyncClient, people: People, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        home = await create(registry, people.household("H1"))
        path = f"/api/v1/households/{home['household_id']}"
        member = f"/api/v1/members/{home['members'][1]['member_id']}"
        income = {"household_code": "H1", "year": 2019, "concept": "net", "recorded_on": "2020-01-10"}
        writes = [registry.patch(path, json={"causes": [cause]}) for cause in ("schooling", "disaster", "disability")]
        writes += [registry.patch(member, json={"work_months": n, "work_place": "county"}) for n in (1, 2, 3)]
        writes += [
            registry.post("/api/v1/registry/income-years", json={**income, "wage_work": str(wage)})
            for wage in (1000, 2000, 3000)
        ]
        answers = await asyncio.gather(*writes)
        assert {answer.status_code for answer in answers} <= {200, 201}, [answer.text for answer in answers]
        rows = await behind.fetch("SELECT version FROM outbox WHERE subject = 'snapshots.registry' ORDER BY id")
        assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
        assert (await registry.get(path)).json()["version"] == len(rows)

    async def test_two_moves_of_one_person_are_one_after_the_other(
        self, registry: httpx.AsyncClient, people: People, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        since = "2015-01-01"
        old = await create(
            registry,
            people.household(
                "H1",
                members=[people.member(since=since), people.member("daughter", "female", since=since)],
                state_since=since,
            ),
        )
        homes = [
            await create(registry, people.household(code, members=[people.member(since=since)], state_since=since))
            for code in ("H2", "H3")
        ]
        daughter = old["members"][1]["member_id"]
        body = {"kind": "05", "occurred_on": "2020-05-20", "member_id": daughter, "relation": "spouse"}
        answers = await asyncio.gather(
            *(registry.post(f"/api/v1/households/{home['household_id']}/changes", json=body) for home in homes)
        )
        # One after the other both are possible: she moves to the one, then on to the other.
        assert 201 in {answer.status_code for answer in answers}
        assert {answer.status_code for answer in answers} <= {201, 404, 409}
        present = "SELECT count(*) FROM membership WHERE member_id = $1 AND until IS NULL"
        assert await behind.fetchval(present, daughter) == 1
        assert (
            await behind.fetchval("SELECT count(*) FROM roster_member WHERE member_id = $1 AND active", daughter) == 1
        )

    async def test_transfers_and_merges_at_once_leave_one_truth(
        self, registry: httpx.AsyncClient, people: People, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        since = "2015-01-01"
        one, two = [
            await create(registry, people.household(code, members=[people.member(since=since)], state_since=since))
            for code in ("H1", "H2")
        ]

        def merge(source: dict[str, Any], target: dict[str, Any]) -> dict[str, Any]:
            relations = {source["members"][0]["member_id"]: "other"}
            return {
                "kind": "merge",
                "occurred_on": "2020-05-20",
                "into": target["household_id"],
                "relations": relations,
            }

        paths = [f"/api/v1/households/{home['household_id']}/changes" for home in (one, two)]
        move = {"kind": "transfer", "occurred_on": "2020-05-20", "division": OTHER_VILLAGE}
        answers = await asyncio.gather(
            registry.post(paths[0], json=merge(one, two)),
            registry.post(paths[1], json=merge(two, one)),
            registry.post(paths[0], json=move),
            registry.post(paths[1], json=move),
        )
        assert {answer.status_code for answer in answers} <= {201, 409}, [answer.text for answer in answers]
        assert [answers[0].status_code, answers[1].status_code].count(201) == 1
        assert await behind.fetchval("SELECT count(*) FROM household WHERE state = 'closed'") == 1
        assert await behind.fetchval("SELECT count(*) FROM membership WHERE until IS NULL") == 2


class TestRollback:
    async def test_what_a_refused_write_computed_is_never_shown(
        self,
        registry: httpx.AsyncClient,
        people: People,
        monkeypatch: pytest.MonkeyPatch,
        behind: "asyncpg.Connection[asyncpg.Record]",
    ) -> None:
        """A transaction that fails late has composed version 2; the next version 2 has another content."""
        home = await create(registry, people.household("H1"))
        path = f"/api/v1/households/{home['household_id']}"
        recompute = StatusEngine.recompute

        async def fail(self: StatusEngine, *args: Any, **named: Any) -> Any:
            await recompute(self, *args, **named)
            raise asyncpg.LockNotAvailableError

        with monkeypatch.context() as patch:
            patch.setattr(StatusEngine, "recompute", fail)
            failed = await registry.patch(path, json={"causes": ["disaster"]})
            assert failed.status_code == 503  # tried again three times, then later
        await registry.patch(path, json={"causes": ["schooling"]})
        body = (await registry.get(f"{path}/status")).json()
        assert body["causes"]["codes"] == ["schooling"]
        assert await behind.fetchval("SELECT version FROM household WHERE code = 'H1'") == 2
