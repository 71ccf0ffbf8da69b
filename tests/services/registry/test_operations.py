"""What operators may ask: everything again, drift found, drift mended."""

from collections.abc import Callable
from typing import Any

import asyncpg
import httpx
import orjson
import pytest

from tests.services.registry.conftest import People, create

OPERATIONS = "/api/v1/registry/operations"


@pytest.fixture
def operator(headers_of: Callable[..., dict[str, str]]) -> dict[str, str]:
    return headers_of(scopes=["operations"])


class TestRepublish:
    async def test_every_household_goes_out_again_under_its_present_version(
        self,
        registry: httpx.AsyncClient,
        people: People,
        operator: dict[str, str],
        behind: "asyncpg.Connection[asyncpg.Record]",
    ) -> None:
        homes = [await create(registry, people.household(f"H{index}")) for index in range(3)]
        await registry.patch(f"/api/v1/households/{homes[0]['household_id']}", json={"causes": ["schooling"]})
        sent = "SELECT key, version, payload FROM outbox WHERE subject = 'snapshots.registry' ORDER BY id"
        before = await behind.fetch(sent)
        answer = await registry.post(f"{OPERATIONS}/republish", headers=operator)
        assert (answer.status_code, answer.json()) == (200, {"snapshots": 3})
        again = (await behind.fetch(sent))[len(before) :]
        newest = {row["key"]: row for row in before}
        assert {row["key"] for row in again} == {home["household_id"] for home in homes}
        for row in again:
            first = newest[row["key"]]
            assert row["version"] == first["version"]
            assert orjson.loads(row["payload"])["data"] == orjson.loads(first["payload"])["data"]

    async def test_only_operators_may(self, registry: httpx.AsyncClient) -> None:
        for method, name in (("POST", "republish"), ("POST", "rebuild"), ("GET", "verify")):
            assert (await registry.request(method, f"{OPERATIONS}/{name}")).status_code == 403


class TestRebuild:
    @pytest.mark.req("SYS01")
    async def test_drift_is_reported_and_mended(
        self,
        registry: httpx.AsyncClient,
        people: People,
        operator: dict[str, str],
        behind: "asyncpg.Connection[asyncpg.Record]",
    ) -> None:
        homes = [await create(registry, people.household(f"H{index}")) for index in range(3)]
        assert await _verify(registry, operator) == _report(clean=True)
        truth = await behind.fetch("SELECT household_id, body, etag FROM household_status ORDER BY 1")
        await behind.execute("UPDATE household_status SET body = '{}', etag = 'x' WHERE code = 'H1'")
        await behind.execute("DELETE FROM household_status WHERE code = 'H2'")
        found = await _verify(registry, operator)
        examples = [homes[2]["household_id"], homes[1]["household_id"]]
        assert found == _report(clean=False, missing=1, different=1, examples=examples)
        answer = await registry.post(f"{OPERATIONS}/rebuild", headers=operator)
        assert answer.json() == {"changed": 2}
        assert await _verify(registry, operator) == _report(clean=True)
        assert await behind.fetch("SELECT household_id, body, etag FROM household_status ORDER BY 1") == truth


def _report(**found: Any) -> dict[str, Any]:
    return {"checked": 3, "missing": 0, "different": 0, "orphaned": 0, "due": 0, "examples": [], **found}


async def _verify(registry: httpx.AsyncClient, operator: dict[str, str]) -> dict[str, Any]:
    answer = await registry.get(f"{OPERATIONS}/verify", headers=operator)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
