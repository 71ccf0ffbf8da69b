"""A request sent again under its `Idempotency-Key` gets the same answer, acts once; `If-Match` guards corrections."""

from typing import Any

import asyncpg
import httpx
import pytest

from tests.services.registry.conftest import OTHER_VILLAGE, VILLAGE, Json, People, create

SINCE = "2015-01-01"
DAY = "2020-05-20"


def family(people: People, code: str) -> Json:
    members = [people.member(since=SINCE), people.member("son", since=SINCE)]
    return people.household(code, members=members, state_since=SINCE)


async def twice(registry: httpx.AsyncClient, path: str, body: Any, key: str) -> tuple[httpx.Response, httpx.Response]:
    headers = {"Idempotency-Key": key}
    return (
        await registry.post(path, json=body, headers=headers),
        await registry.post(path, json=body, headers=headers),
    )


class TestIdempotency:
    async def test_every_kind_of_write(
        self, registry: httpx.AsyncClient, people: People, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        one, two = [await create(registry, family(people, code)) for code in ("H1", "H2")]
        changes = [f"/api/v1/households/{home['household_id']}/changes" for home in (one, two)]
        son, head = one["members"][1]["member_id"], two["members"][0]["member_id"]
        other = two["members"][1]["member_id"]
        baby = {"name": "新生", "sex": "2", "relation": "daughter"}
        writes: list[tuple[str, Json]] = [
            ("/api/v1/households:batch", {"rows": [people.household("H3"), {"code": "bad"}]}),
            (f"/api/v1/households/{one['household_id']}/members", people.member("daughter", "female")),
            (changes[0], {"kind": "06", "occurred_on": DAY, "member": baby}),
            (
                changes[0],
                {
                    "kind": "split",
                    "occurred_on": DAY,
                    "code": "H4",
                    "members": [{"member_id": son, "relation": "head"}],
                },
            ),
            (changes[1], {"kind": "transfer", "occurred_on": DAY, "division": OTHER_VILLAGE}),
            (
                changes[1],
                {
                    "kind": "merge",
                    "occurred_on": DAY,
                    "into": one["household_id"],
                    "relations": {head: "other", other: "other"},
                },
            ),
            (
                f"/api/v1/households/{one['household_id']}/state",
                {"state": "proposed_exit", "reason": "x", "decided_by": "y"},
            ),
            ("/api/v1/villages:batch", {"rows": [{"code": VILLAGE, "village_class": "poor"}]}),
            ("/api/v1/divisions:import", {"rows": [{"code": "430000000000", "name": "某省"}]}),
        ]
        for number, (path, body) in enumerate(writes):
            first, second = await twice(registry, path, body, f"key-{number}")
            assert first.status_code in (200, 201), (path, first.text)
            assert (second.status_code, second.content) == (first.status_code, first.content), path
            for name in ("Yihu-Version", "ETag", "Location"):
                assert first.headers.get(name) == second.headers.get(name), path
        assert await behind.fetchval("SELECT count(*) FROM natural_change") == 4
        assert await behind.fetchval("SELECT count(*) FROM household") == 4
        assert await behind.fetchval("SELECT count(*) FROM member WHERE name = '新生'") == 1

    async def test_a_key_with_another_body_is_refused(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, family(people, "H1"))
        path = f"/api/v1/households/{home['household_id']}/changes"
        headers = {"Idempotency-Key": "k"}
        death = {"kind": "01", "occurred_on": DAY, "member_id": home["members"][1]["member_id"]}
        assert (await registry.post(path, json=death, headers=headers)).status_code == 201
        other = await registry.post(path, json={**death, "kind": "08"}, headers=headers)
        assert 400 <= other.status_code < 500
        assert other.status_code != 201

    async def test_a_refused_write_leaves_the_key_free_or_repeats_the_refusal(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        home = await create(registry, family(people, "H1"))
        path = f"/api/v1/households/{home['household_id']}/changes"
        head = home["members"][0]["member_id"]
        first, second = await twice(registry, path, {"kind": "08", "occurred_on": DAY, "member_id": head}, "k")
        assert (first.status_code, second.status_code) == (409, 409)
        assert first.json()["errors"] == second.json()["errors"]


class TestIfMatch:
    async def test_of_a_member(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, family(people, "H1"))
        path = f"/api/v1/members/{home['members'][1]['member_id']}"
        tag = (await registry.get(path)).headers["ETag"]
        first = await registry.patch(path, json={"labour_skill": "skilled"}, headers={"If-Match": tag})
        assert first.status_code == 200
        assert first.headers["ETag"] != tag
        late = await registry.patch(path, json={"labour_skill": "weak"}, headers={"If-Match": tag})
        assert (late.status_code, late.json()["code"]) == (412, "outdated")
        assert (await registry.get(path)).json()["labour_skill"] == "skilled"
        again = await registry.patch(path, json={"labour_skill": "weak"}, headers={"If-Match": first.headers["ETag"]})
        assert again.status_code == 200

    async def test_of_a_state(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, family(people, "H1"))
        path = f"/api/v1/households/{home['household_id']}"
        tag = (await registry.get(path)).headers["ETag"]
        await registry.patch(path, json={"causes": ["schooling"]})
        body = {"state": "proposed_exit", "reason": "民主评议", "decided_by": "村民代表会议"}
        late = await registry.post(f"{path}/state", json=body, headers={"If-Match": tag})
        assert (late.status_code, late.json()["code"]) == (412, "outdated")
        tag = (await registry.get(path)).headers["ETag"]
        assert (await registry.post(f"{path}/state", json=body, headers={"If-Match": tag})).status_code == 200

    @pytest.mark.parametrize("tag", ["x", '"', '"999999999999999999999999"', "*", 'W/"1"', '"1", "2"', ""])
    async def test_odd_tags_are_no_fault_of_the_server(
        self, registry: httpx.AsyncClient, people: People, tag: str
    ) -> None:
        home = await create(registry, family(people, "H1"))
        path = f"/api/v1/households/{home['household_id']}"
        answer = await registry.patch(path, json={"causes": ["schooling"]}, headers={"If-Match": tag})
        assert answer.status_code in (200, 400, 412), answer.text

    async def test_of_a_village_that_may_not_be_there_yet(self, registry: httpx.AsyncClient) -> None:
        path, body = f"/api/v1/villages/{VILLAGE}", {"village_class": "poor"}
        assert (await registry.put(path, json=body, headers={"If-Match": '"1"'})).status_code == 412
        new = {"If-None-Match": "*"}
        assert (await registry.put(path, json=body, headers=new)).status_code == 201
        assert (await registry.put(path, json={"village_class": "other"}, headers=new)).status_code == 412
        assert (await registry.get(path)).json()["village_class"] == "poor"

    async def test_of_a_revocation(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, family(people, "H1"))
        path = f"/api/v1/households/{home['household_id']}"
        away = {"kind": "08", "occurred_on": DAY, "member_id": home["members"][1]["member_id"]}
        change = (await registry.post(f"{path}/changes", json=away)).json()["change_id"]
        tag = (await registry.get(path)).headers["ETag"]
        await registry.patch(path, json={"causes": ["schooling"]})
        revoke = f"{path}/changes/{change}:revoke"
        assert (await registry.post(revoke, json={"reason": "误录"}, headers={"If-Match": tag})).status_code == 412
        tag = (await registry.get(path)).headers["ETag"]
        assert (await registry.post(revoke, json={"reason": "误录"}, headers={"If-Match": tag})).status_code == 200

    @pytest.mark.parametrize("header", [{"If-Match": '"1"'}, {"If-None-Match": "*"}])
    async def test_a_batch_is_not_guarded_in_silence(
        self, registry: httpx.AsyncClient, people: People, header: dict[str, str]
    ) -> None:
        """As batches of records: one revision says nothing of many rows, and a guard is never passed over."""
        for path, row in (
            ("households:batch", people.household("H1")),
            ("villages:batch", {"code": VILLAGE, "village_class": "poor"}),
            ("divisions:import", {"code": "430000000000", "name": "某省"}),
        ):
            refused = await registry.post(f"/api/v1/{path}", json={"rows": [row]}, headers=header)
            assert refused.status_code == 400, path
            assert refused.json()["errors"][0]["code"] == "batch_precondition"
        assert (await registry.get("/api/v1/households")).json()["items"] == []
