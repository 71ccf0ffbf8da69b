"""The cache never gives a status older than the last announcement, and never to those whose area does not cover it."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import aiohttp
import httpx
import pytest

from shared.clock import MovableClock
from tests.services.gateway.announcing import Announcer, until_feed_is_live, until_heard
from tests.services.gateway.stage import OTHER_VILLAGE, VILLAGE, Running, StartGateway


@pytest.fixture
def household() -> str:
    return str(uuid4())


@pytest.fixture
async def cached(gateway: Running, announcer: Announcer) -> Running:
    await until_feed_is_live(gateway)
    return gateway


async def read(gateway: Running, household: str, who: str = "wide-reader", **headers: str) -> httpx.Response:
    bearer = await gateway.bearer(who)
    return await gateway.client.get(f"/api/v1/households/{household}/status", headers={**bearer, **headers})


class TestHits:
    async def test_the_second_read_comes_from_memory(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        first, second = await read(cached, household), await read(cached, household)
        assert (first.headers["yihu-cache"], second.headers["yihu-cache"]) == ("miss", "hit")
        assert first.content == second.content
        assert cached.registry.status_reads == 1
        assert int(second.headers["age"]) >= 0
        assert second.headers["yihu-version"] == "registry=3, health=17"

    async def test_views_and_languages_are_kept_apart(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        bearer = await cached.bearer("wide-reader")
        url = f"/api/v1/households/{household}/status"
        full = await cached.client.get(url, headers=bearer)
        mobile = await cached.client.get(f"{url}?view=mobile", headers=bearer)
        english = await cached.client.get(url, headers={**bearer, "Accept-Language": "en"})
        assert mobile.json()["view"] == "view=mobile"
        assert full.json()["guarantees"][0]["reasons"][0]["text"] == "2020年未参保"
        assert english.json()["guarantees"][0]["reasons"][0]["text"] == "not insured in 2020"
        assert english.json()["guarantees"][0]["state_text"] == "unmet"
        assert cached.registry.status_reads == 3
        assert len({full.headers["etag"], mobile.headers["etag"], english.headers["etag"]}) == 3
        again = await cached.client.get(f"{url}?view=mobile", headers=bearer)
        assert again.headers["yihu-cache"] == "hit"

    async def test_if_none_match_is_answered_with_304(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        etag = (await read(cached, household)).headers["etag"]
        for condition in (etag, f'"x", W/{etag}', "*"):
            answer = await read(cached, household, **{"If-None-Match": condition})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == etag
        assert (await read(cached, household, **{"If-None-Match": '"other"'})).status_code == 200

    async def test_a_condition_does_not_spoil_a_fill(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        answer = await read(cached, household, **{"If-None-Match": '"4"', "Range": "bytes=0-1"})
        assert answer.status_code == 200
        assert (await read(cached, household)).headers["yihu-cache"] == "hit"

    async def test_an_id_in_capitals_is_the_same_household(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        await read(cached, household.upper())
        assert (await read(cached, household)).headers["yihu-cache"] == "hit"

    async def test_many_at_once_ask_the_registry_once(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        cached.registry.gate = asyncio.Event()
        bearer = await cached.bearer("wide-reader")
        url = f"/api/v1/households/{household}/status"
        asked = [asyncio.create_task(cached.client.get(url, headers=bearer)) for _ in range(20)]
        await cached.registry.arrived.wait()
        cached.registry.gate.set()
        answers = await asyncio.gather(*asked)
        assert {answer.status_code for answer in answers} == {200}
        assert cached.registry.status_reads == 1

    async def test_what_is_not_found_is_not_kept(self, cached: Running, household: str) -> None:
        assert (await read(cached, household)).status_code == 404
        cached.registry.statuses[household] = (1, VILLAGE)
        assert (await read(cached, household)).status_code == 200

    @pytest.mark.parametrize(
        "query", ["view=", "view=desk", "x=1", "view=mobile&view=mobile", "at_least=", "at_least=health"]
    )
    async def test_strange_queries_are_left_to_the_registry(self, cached: Running, household: str, query: str) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        await read(cached, household)
        bearer = await cached.bearer("wide-reader")
        answer = await cached.client.get(f"/api/v1/households/{household}/status?{query}", headers=bearer)
        assert answer.headers["yihu-cache"] == "bypass"
        assert cached.registry.requests[-1].query.decode() == query


class TestOtherWaysToAStatus:
    async def test_by_code_with_texts_and_not_from_memory(self, cached: Running) -> None:
        cached.registry.statuses["C-1"] = (4, VILLAGE)
        bearer = await cached.bearer("wide-reader")
        for _ in range(2):
            answer = await cached.client.get("/api/v1/households/by-code/C-1/status", headers=bearer)
            assert answer.headers["yihu-cache"] == "bypass"
            assert answer.json()["guarantees"][0]["reasons"][0]["text"] == "2020年未参保"

    async def test_by_a_look_up_that_names_the_person_in_the_body(self, cached: Running) -> None:
        bearer = await cached.bearer("wide-reader")
        cached.registry.statuses["lookup"] = (4, VILLAGE)
        answer = await cached.client.post("/api/v1/statuses:lookup", json={"household_code": "lookup"}, headers=bearer)
        assert answer.json()["guarantees"][0]["state_text"] == "未保障"


class TestWhoMayRead:
    async def test_a_hit_needs_the_scope(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        await read(cached, household)
        refused = await read(cached, household, "registry-system")
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")

    async def test_a_hit_needs_the_area(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, OTHER_VILLAGE)
        await read(cached, household)
        assert (await read(cached, household)).headers["yihu-cache"] == "hit"
        reads = cached.registry.status_reads
        # The auditor sees one village only: what is in memory is not for him, the registry has the word.
        answer = await read(cached, household, "village-auditor")
        assert answer.headers["yihu-cache"] == "bypass"
        assert cached.registry.status_reads == reads + 1
        assert (await read(cached, household, "mobile-app")).headers["yihu-cache"] == "hit"

    async def test_a_refusal_does_not_tell_what_is_in_memory(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, OTHER_VILLAGE)
        unknown = await read(cached, str(uuid4()), "village-auditor")
        await read(cached, household)
        cached.registry.statuses.clear()  # the registry's answer to one who may not see it
        refused = await read(cached, household, "village-auditor")
        assert unknown.status_code == refused.status_code == 404
        assert unknown.headers["yihu-cache"] == refused.headers["yihu-cache"]

    async def test_waiting_for_anothers_fill_gives_no_more_rights(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, OTHER_VILLAGE)
        cached.registry.gate = asyncio.Event()
        wide = asyncio.create_task(read(cached, household, "wide-reader"))
        await cached.registry.arrived.wait()
        auditor_token = await cached.token("village-auditor")
        narrow = asyncio.create_task(
            cached.client.get(
                f"/api/v1/households/{household}/status", headers={"Authorization": f"Bearer {auditor_token}"}
            )
        )
        cached.registry.gate.set()
        assert (await wide).headers["yihu-cache"] == "miss"
        assert (await narrow).headers["yihu-cache"] != "hit"
        last = cached.registry.requests[-1]
        assert last.headers["authorization"] == f"Bearer {auditor_token}"


class TestFreshness:
    @pytest.mark.req("M45", "SYS01")
    async def test_an_announcement_drops_the_old_status(
        self, cached: Running, household: str, announcer: Announcer
    ) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        await read(cached, household)
        cached.registry.statuses[household] = (5, VILLAGE)
        await until_heard(cached, await announcer.announce(household, 5))
        assert (await read(cached, household)).json()["version"] == 5
        assert (await read(cached, household)).headers["yihu-cache"] == "hit"

    async def test_other_households_stay(self, cached: Running, household: str, announcer: Announcer) -> None:
        other = str(uuid4())
        cached.registry.statuses.update({household: (4, VILLAGE), other: (1, VILLAGE)})
        await read(cached, household)
        await read(cached, other)
        cached.registry.statuses[household] = (5, VILLAGE)
        await until_heard(cached, await announcer.announce(household, 5))
        assert (await read(cached, other)).headers["yihu-cache"] == "hit"

    async def test_an_announcement_of_the_version_kept_changes_nothing(
        self, cached: Running, household: str, announcer: Announcer
    ) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        await read(cached, household)
        await until_heard(cached, await announcer.announce(household, 4))
        assert (await read(cached, household)).headers["yihu-cache"] == "hit"

    async def test_a_fill_overtaken_by_an_announcement_is_neither_kept_nor_given(
        self, cached: Running, household: str, announcer: Announcer
    ) -> None:
        """The registry has read version 4 when 5 is committed and announced; its answer comes after that."""
        cached.registry.statuses[household] = (4, VILLAGE)
        gate = cached.registry.gate = asyncio.Event()
        cached.registry.arrived.clear()
        slow = asyncio.create_task(read(cached, household))
        await cached.registry.arrived.wait()
        cached.registry.gate = None
        cached.registry.statuses[household] = (5, VILLAGE)
        await until_heard(cached, await announcer.announce(household, 5))
        gate.set()
        assert (await slow).json()["version"] == 5
        assert (await read(cached, household)).json()["version"] == 5

    async def test_a_registry_that_lags_is_not_believed_at_once(
        self, cached: Running, household: str, announcer: Announcer
    ) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        await read(cached, household)
        await until_heard(cached, await announcer.announce(household, 6))
        behind = await read(cached, household, **{"Accept-Language": "en"})
        assert (behind.status_code, behind.json()["code"]) == (503, "status-behind")
        assert "retry-after" in behind.headers
        cached.registry.statuses[household] = (6, VILLAGE)
        assert (await read(cached, household)).json()["version"] == 6

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
        self, cached: Running, announcer: Announcer
    ) -> None:
        """Versions rise and are announced while readers read; a marker, announced last, proves that the news is in."""
        households = [str(uuid4()) for _ in range(3)]
        marker = str(uuid4())
        cached.registry.statuses.update(dict.fromkeys((*households, marker), (1, VILLAGE)))
        bearer = await cached.bearer("wide-reader")
        stop = asyncio.Event()
        announced = dict.fromkeys(households, 1)

        # Not httpx: the lock of its pool may leave one of several busy callers waiting for ever.
        async def get(household: str) -> int:
            async with session.get(f"{cached.url}/api/v1/households/{household}/status") as answer:
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
                        cached.registry.statuses[each] = (version, VILLAGE)
                        await announcer.announce(each, version)
                    cached.registry.statuses[marker] = (version, VILLAGE)
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

    async def test_memory_serves_it_only_when_it_contains_the_version(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        await read(cached, household)
        assert (await self.ask(cached, household, "health:17")).headers["yihu-cache"] == "hit"
        assert (await self.ask(cached, household, "registry:3,health:16")).headers["yihu-cache"] == "hit"
        assert cached.registry.status_reads == 1
        newer = await self.ask(cached, household, "health:18")
        assert newer.headers["yihu-cache"] == "bypass"
        assert cached.registry.requests[-1].query == b"at_least=health:18"
        assert (await self.ask(cached, household, "housing:1")).headers["yihu-cache"] == "bypass"

    async def test_what_was_waited_for_serves_the_next(self, cached: Running, household: str) -> None:
        cached.registry.statuses[household] = (4, VILLAGE)
        await self.ask(cached, household, "health:17")
        assert (await read(cached, household)).headers["yihu-cache"] == "hit"


class TestExpiry:
    async def test_ages_change_at_midnight_in_china(self, start_gateway: StartGateway, announcer: Announcer) -> None:
        clock = MovableClock(datetime.now(UTC).replace(hour=15, minute=59, second=0, microsecond=0))
        gateway = await start_gateway(clock=clock, token_seconds=900)
        await until_feed_is_live(gateway)
        household = str(uuid4())
        gateway.registry.statuses[household] = (4, VILLAGE)
        await read(gateway, household)
        assert (await read(gateway, household)).headers["yihu-cache"] == "hit"
        clock.advance(timedelta(minutes=2))
        assert (await read(gateway, household)).headers["yihu-cache"] == "miss"

    async def test_memory_is_bounded(self, start_gateway: StartGateway, announcer: Announcer) -> None:
        gateway = await start_gateway(status_cache_bytes=4000)
        await until_feed_is_live(gateway)
        households = [str(uuid4()) for _ in range(5)]
        gateway.registry.statuses.update(dict.fromkeys(households, (1, VILLAGE)))
        for each in households:
            await read(gateway, each)
        assert (await read(gateway, households[-1])).headers["yihu-cache"] == "hit"
        assert (await read(gateway, households[0])).headers["yihu-cache"] == "miss"
