"""The cache never gives a status older than the last announcement, nor one that lacks what was asked for."""

import asyncio
from uuid import uuid4

import aiohttp
import httpx
import pytest

from tests.services.gateway.announcing import Announcer, until_feed_is_live, until_heard
from tests.services.gateway.stage import VILLAGE, Running, StartGateway, read


@pytest.fixture
def household() -> str:
    return str(uuid4())


class TestFreshness:
    @pytest.mark.req("M45", "SYS01")
    async def test_an_announcement_drops_the_old_status(
        self, live: Running, household: str, announcer: Announcer
    ) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        await read(live, household)
        live.registry.statuses[household] = (5, VILLAGE)
        await until_heard(live, await announcer.announce(household, 5))
        assert (await read(live, household)).json()["version"] == 5
        assert (await read(live, household)).headers["yihu-cache"] == "hit"

    async def test_other_households_stay(self, live: Running, household: str, announcer: Announcer) -> None:
        other = str(uuid4())
        live.registry.statuses.update({household: (4, VILLAGE), other: (1, VILLAGE)})
        await read(live, household)
        await read(live, other)
        live.registry.statuses[household] = (5, VILLAGE)
        await until_heard(live, await announcer.announce(household, 5))
        assert (await read(live, other)).headers["yihu-cache"] == "hit"

    async def test_an_announcement_of_the_version_kept_changes_nothing(
        self, live: Running, household: str, announcer: Announcer
    ) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        await read(live, household)
        await until_heard(live, await announcer.announce(household, 4))
        assert (await read(live, household)).headers["yihu-cache"] == "hit"

    async def test_a_fill_overtaken_by_an_announcement_is_neither_kept_nor_given(
        self, live: Running, household: str, announcer: Announcer
    ) -> None:
        """The registry has read version 4 when 5 is committed and announced; its answer comes after that."""
        live.registry.statuses[household] = (4, VILLAGE)
        gate = live.registry.gate = asyncio.Event()
        live.registry.arrived.clear()
        slow = asyncio.create_task(read(live, household))
        await live.registry.arrived.wait()
        live.registry.gate = None
        live.registry.statuses[household] = (5, VILLAGE)
        await until_heard(live, await announcer.announce(household, 5))
        gate.set()
        assert (await slow).json()["version"] == 5
        assert (await read(live, household)).json()["version"] == 5

    async def test_a_registry_that_lags_is_not_believed_at_once(
        self, live: Running, household: str, announcer: Announcer
    ) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        await read(live, household)
        await until_heard(live, await announcer.announce(household, 6))
        behind = await read(live, household, **{"Accept-Language": "en"})
        assert (behind.status_code, behind.json()["code"]) == (503, "status-behind")
        assert "retry-after" in behind.headers
        live.registry.statuses[household] = (6, VILLAGE)
        assert (await read(live, household)).json()["version"] == 6

    async def test_a_rebuilt_registry_with_lower_versions_is_believed_in_the_end(
        self, start_gateway: StartGateway, household: str, announcer: Announcer
    ) -> None:
        gateway = await start_gateway(status_settle_seconds=0.0)
        await until_feed_is_live(gateway)
        gateway.registry.statuses[household] = (9, VILLAGE)
        await read(gateway, household)
        gateway.registry.statuses[household] = (1, VILLAGE)
        await until_heard(gateway, await announcer.announce(household, 10))
        assert (await read(gateway, household)).json()["version"] == 1

    async def test_under_load_no_reader_ever_sees_less_than_was_announced(
        self, live: Running, announcer: Announcer
    ) -> None:
        """Versions rise and are announced while readers read; a marker, announced last, proves that the news is in."""
        households = [str(uuid4()) for _ in range(3)]
        marker = str(uuid4())
        live.registry.statuses.update(dict.fromkeys((*households, marker), (1, VILLAGE)))
        bearer = await live.bearer("wide-reader")
        stop = asyncio.Event()
        announced = dict.fromkeys(households, 1)

        # Not httpx: the lock of its pool may leave one of several busy callers waiting for ever.
        async def get(household: str) -> int:
            async with session.get(f"{live.url}/api/v1/households/{household}/status") as answer:
                assert answer.status == 200
                return int((await answer.json())["version"])

        async def until_told(household: str, version: int) -> None:
            async with asyncio.timeout(20):
                while await get(household) != version:  # noqa: ASYNC110 - another side's state
                    await asyncio.sleep(0.005)

        async def reader(household: str) -> int:
            reads = 0
            while not stop.is_set():
                floor = announced[household]
                assert await get(household) >= floor
                reads += 1
            return reads

        async with aiohttp.ClientSession(headers=bearer) as session:
            readers = [asyncio.create_task(reader(each)) for each in households for _ in range(2)]
            try:
                for version in range(2, 12):
                    assert await get(marker) == version - 1
                    for each in households:
                        live.registry.statuses[each] = (version, VILLAGE)
                        await announcer.announce(each, version)
                    live.registry.statuses[marker] = (version, VILLAGE)
                    await announcer.announce(marker, version)
                    await until_told(marker, version)
                    announced.update(dict.fromkeys(households, version))
            finally:
                stop.set()
                reads = await asyncio.gather(*readers)
        assert min(reads) > 0


class TestAtLeast:
    async def ask(self, gateway: Running, household: str, at_least: str) -> httpx.Response:
        bearer = await gateway.bearer("wide-reader")
        return await gateway.client.get(f"/api/v1/households/{household}/status?at_least={at_least}", headers=bearer)

    async def test_memory_serves_it_only_when_it_contains_the_version(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        await read(live, household)
        assert (await self.ask(live, household, "health:17")).headers["yihu-cache"] == "hit"
        assert (await self.ask(live, household, "registry:3,health:16")).headers["yihu-cache"] == "hit"
        assert live.registry.status_reads == 1
        newer = await self.ask(live, household, "health:18")
        assert newer.headers["yihu-cache"] == "bypass"
        assert live.registry.requests[-1].query == b"at_least=health:18"
        assert (await self.ask(live, household, "housing:1")).headers["yihu-cache"] == "bypass"

    @pytest.mark.parametrize("language", ["zh", "en"])
    async def test_a_department_that_there_is_not_is_never_waited_for(
        self, live: Running, household: str, language: str
    ) -> None:
        """The registry would wait: it cannot tell a wrong name from a department that has just joined."""
        live.registry.statuses[household] = (4, VILLAGE)
        asked = len(live.registry.requests)
        headers = {**await live.bearer("wide-reader"), "Accept-Language": language}
        for method, path in (("GET", f"households/{household}/status"), ("POST", "statuses:lookup")):
            url = f"/api/v1/{path}?at_least=helth:1,health:99"
            answer = await live.client.request(method, url, headers=headers, json={} if method == "POST" else None)
            (error,) = answer.json()["errors"]
            assert (answer.status_code, error["code"], error["params"]["sources"]) == (400, "at_least_source", "helth")
            assert "helth" in error["message"]
        assert len(live.registry.requests) == asked

    async def test_what_was_waited_for_serves_the_next(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        await self.ask(live, household, "health:17")
        assert (await read(live, household)).headers["yihu-cache"] == "hit"

    async def test_nobody_waits_behind_a_version_that_never_comes(self, live: Running, household: str) -> None:
        """The registry holds the one who waits; another reader of the same household is answered meanwhile."""
        live.registry.statuses[household] = (4, VILLAGE)
        gate = live.registry.gate = asyncio.Event()
        live.registry.arrived.clear()
        waiting = asyncio.create_task(self.ask(live, household, "health:99"))
        await live.registry.arrived.wait()
        live.registry.gate = None
        plain = await asyncio.wait_for(read(live, household), timeout=5)
        assert plain.json()["version"] == 4
        assert not waiting.done()
        gate.set()
        await waiting

    async def test_waits_leave_places_for_others(self, start_gateway: StartGateway, household: str) -> None:
        gateway = await start_gateway(status_waits=1, upstream_concurrency=2, upstream_queue=0)
        gateway.registry.statuses[household] = (4, VILLAGE)
        gate = gateway.registry.gate = asyncio.Event()
        gateway.registry.arrived.clear()
        waiting = asyncio.create_task(self.ask(gateway, household, "health:99"))
        await gateway.registry.arrived.wait()
        gateway.registry.gate = None
        refused = await self.ask(gateway, household, "health:98")
        assert (refused.status_code, refused.json()["code"]) == (503, "upstream-busy")
        assert "retry-after" in refused.headers
        assert (await read(gateway, household)).json()["version"] == 4
        gate.set()
        assert (await waiting).status_code == 200
