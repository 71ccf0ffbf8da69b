"""Households in batches, and who may write and see them where."""

from datetime import date
from typing import Any

import asyncpg
import httpx
import pytest

from tests.services.registry.conftest import FAR_VILLAGE, OTHER_VILLAGE, VILLAGE, People, create


class TestBatch:
    @pytest.mark.req("M43")
    async def test_bad_rows_take_no_good_row_along(self, registry: httpx.AsyncClient, people: People) -> None:
        good, twin = people.household("H1"), people.household("H9")
        rows: list[Any] = [
            good,
            {**people.household("H2"), "household_type": "rich"},
            "no household",
            people.household("H1"),
            people.household("H3", members=[{**good["members"][0]}]),
            people.household("H4", division="420115010999"),
            twin,
        ]
        answer = await registry.post("/api/v1/households:batch", json={"rows": rows})
        assert answer.status_code == 200
        body = answer.json()
        assert [one["status"] for one in body["results"]] == [201, 422, 422, 422, 409, 422, 201]
        assert (body["accepted"], body["refused"]) == (2, 5)
        assert body["results"][1]["problem"]["errors"][0]["pointer"] == "/rows/1/household_type"
        assert body["results"][3]["problem"]["errors"][0]["code"] == "code_repeated"
        duplicate = body["results"][4]["problem"]
        assert duplicate["params"] == {"household": "H3", "other": "H1", "other_row": 0}
        listed = (await registry.get("/api/v1/households")).json()["items"]
        assert {one["code"] for one in listed} == {"H1", "H9"}

    async def test_a_person_of_a_refused_row_is_free_for_the_next_row(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        member = people.member()
        rows = [
            people.household("H1", members=[member, people.member()]),
            people.household("H2", members=[member]),
        ]
        results = (await registry.post("/api/v1/households:batch", json={"rows": rows})).json()["results"]
        assert [one["status"] for one in results] == [422, 201]

    async def test_a_thousand_households_in_a_few_statements(
        self, registry: httpx.AsyncClient, people: People, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        rows = []
        for index in range(1000):
            members = [people.member(), people.member("spouse", "female", born=date(1962, 3, 4))]
            if index % 3 == 0:
                members.append(people.member("son", born=date(1990, 1, 1)))
            rows.append(people.household(f"B{index:04d}", members=members))
        answer = await registry.post("/api/v1/households:batch", json={"rows": rows})
        assert answer.json()["accepted"] == 1000
        assert await behind.fetchval("SELECT count(*) FROM household") == 1000
        assert await behind.fetchval("SELECT count(*) FROM roster_member WHERE active") == 2334
        assert await behind.fetchval("SELECT count(*) FROM household_status") == 1000

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"rows": []}, 422),
            ({"rows": [{}] * 1001}, 413),
            ({}, 422),
            ({"rows": "x"}, 422),
            ([], 422),
            ({"rows": [None, 1, [], {}, {"members": {}}]}, 200),
        ],
    )
    async def test_unusable_bodies(self, registry: httpx.AsyncClient, body: Any, status: int) -> None:
        answer = await registry.post("/api/v1/households:batch", json=body)
        assert answer.status_code == status, answer.text
        if status == 200:
            assert {one["status"] for one in answer.json()["results"]} == {422}


class TestScope:
    @pytest.mark.req("H06")
    async def test_a_caller_sees_and_writes_own_divisions_only(
        self, registry: httpx.AsyncClient, people: People, headers_of: Any
    ) -> None:
        here = await create(registry, people.household("H1"))
        there = await create(registry, people.household("H2", division=FAR_VILLAGE))
        # A helper of another district, paired with one village here and one there.
        paired = headers_of(divisions=[OTHER_VILLAGE, FAR_VILLAGE])
        listed = (await registry.get("/api/v1/households", headers=paired)).json()["items"]
        assert [one["code"] for one in listed] == ["H2"]
        assert (await registry.get(f"/api/v1/households/{here['household_id']}", headers=paired)).status_code == 404
        assert (await registry.get(f"/api/v1/households/{there['household_id']}", headers=paired)).status_code == 200
        refused = await registry.post("/api/v1/households", json=people.household("H3"), headers=paired)
        assert (refused.status_code, refused.json()["code"]) == (403, "out-of-area")
        accepted = await registry.post(
            "/api/v1/households", json=people.household("H4", division=OTHER_VILLAGE), headers=paired
        )
        assert accepted.status_code == 201

    async def test_what_lies_outside_is_neither_overwritten_nor_named(
        self, registry: httpx.AsyncClient, people: People, headers_of: Any
    ) -> None:
        far = people.household("H1", division=FAR_VILLAGE)
        await create(registry, far)
        own = headers_of(divisions=[VILLAGE])
        taken = await registry.post("/api/v1/households", json=people.household("H1"), headers=own)
        assert (taken.status_code, taken.json()["code"]) == (409, "household-code-taken")
        duplicate = await registry.post(
            "/api/v1/households", json=people.household("H2", members=[far["members"][0]]), headers=own
        )
        assert duplicate.status_code == 409
        assert duplicate.json()["params"]["other"] == ""

    async def test_reading_and_writing_need_their_scopes(
        self, registry: httpx.AsyncClient, people: People, headers_of: Any
    ) -> None:
        reader = headers_of(scopes=["registry:read"])
        refused = await registry.post("/api/v1/households", json=people.household("H1"), headers=reader)
        assert refused.status_code == 403
        writer = headers_of(scopes=["registry:write"])
        assert (await registry.get("/api/v1/households", headers=writer)).status_code == 403
