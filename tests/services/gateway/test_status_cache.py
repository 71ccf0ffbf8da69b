"""What the cache gives out: ready answers, to those whose area covers them, within its bounds."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shared.clock import MovableClock
from tests.services.gateway.announcing import Announcer, until_feed_is_live
from tests.services.gateway.stage import OTHER_VILLAGE, VILLAGE, Running, StartGateway, read


@pytest.fixture
def household() -> str:
    return str(uuid4())


class TestHits:
    async def test_the_second_read_comes_from_memory(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        first, second = await read(live, household), await read(live, household)
        assert (first.headers["yihu-cache"], second.headers["yihu-cache"]) == ("miss", "hit")
        assert first.content == second.content
        assert live.registry.status_reads == 1
        assert int(second.headers["age"]) >= 0
        assert second.headers["yihu-version"] == "registry=3, health=17"

    async def test_views_and_languages_are_kept_apart(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        bearer = await live.bearer("wide-reader")
        url = f"/api/v1/households/{household}/status"
        full = await live.client.get(url, headers=bearer)
        mobile = await live.client.get(f"{url}?view=mobile", headers=bearer)
        english = await live.client.get(url, headers={**bearer, "Accept-Language": "en"})
        assert mobile.json()["view"] == "view=mobile"
        assert full.json()["guarantees"][0]["reasons"][0]["text"] == "2020年未参保"
        assert english.json()["guarantees"][0]["reasons"][0]["text"] == "not insured in 2020"
        assert english.json()["guarantees"][0]["state_text"] == "unmet"
        assert live.registry.status_reads == 3
        assert len({full.headers["etag"], mobile.headers["etag"], english.headers["etag"]}) == 3
        again = await live.client.get(f"{url}?view=mobile", headers=bearer)
        assert again.headers["yihu-cache"] == "hit"

    async def test_if_none_match_is_answered_with_304(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        etag = (await read(live, household)).headers["etag"]
        for condition in (etag, f'"x", W/{etag}', "*"):
            answer = await read(live, household, **{"If-None-Match": condition})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == etag
        assert (await read(live, household, **{"If-None-Match": '"other"'})).status_code == 200

    async def test_a_condition_does_not_spoil_a_fill(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        answer = await read(live, household, **{"If-None-Match": '"4"', "Range": "bytes=0-1"})
        assert answer.status_code == 200
        assert (await read(live, household)).headers["yihu-cache"] == "hit"

    async def test_an_id_in_capitals_is_the_same_household(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        await read(live, household.upper())
        assert (await read(live, household)).headers["yihu-cache"] == "hit"

    async def test_many_at_once_ask_the_registry_once(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        live.registry.gate = asyncio.Event()
        bearer = await live.bearer("wide-reader")
        url = f"/api/v1/households/{household}/status"
        asked = [asyncio.create_task(live.client.get(url, headers=bearer)) for _ in range(20)]
        await live.registry.arrived.wait()
        live.registry.gate.set()
        answers = await asyncio.gather(*asked)
        assert {answer.status_code for answer in answers} == {200}
        assert live.registry.status_reads == 1

    async def test_what_is_not_found_is_not_kept(self, live: Running, household: str) -> None:
        assert (await read(live, household)).status_code == 404
        live.registry.statuses[household] = (1, VILLAGE)
        assert (await read(live, household)).status_code == 200

    @pytest.mark.parametrize(
        "query", ["view=", "view=desk", "x=1", "view=mobile&view=mobile", "at_least=", "at_least=health"]
    )
    async def test_strange_queries_are_left_to_the_registry(self, live: Running, household: str, query: str) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        await read(live, household)
        bearer = await live.bearer("wide-reader")
        answer = await live.client.get(f"/api/v1/households/{household}/status?{query}", headers=bearer)
        assert answer.headers["yihu-cache"] == "bypass"
        assert live.registry.requests[-1].query.decode() == query


class TestOtherWaysToAStatus:
    async def test_by_code_with_texts_and_not_from_memory(self, live: Running) -> None:
        live.registry.statuses["C-1"] = (4, VILLAGE)
        bearer = await live.bearer("wide-reader")
        for _ in range(2):
            answer = await live.client.get("/api/v1/households/by-code/C-1/status", headers=bearer)
            assert answer.headers["yihu-cache"] == "bypass"
            assert answer.json()["guarantees"][0]["reasons"][0]["text"] == "2020年未参保"

    async def test_by_a_look_up_that_names_the_person_in_the_body(self, live: Running) -> None:
        bearer = await live.bearer("wide-reader")
        live.registry.statuses["lookup"] = (4, VILLAGE)
        answer = await live.client.post("/api/v1/statuses:lookup", json={"household_code": "lookup"}, headers=bearer)
        assert answer.json()["guarantees"][0]["state_text"] == "未保障"


class TestWhoMayRead:
    async def test_a_hit_needs_the_scope(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, VILLAGE)
        await read(live, household)
        refused = await read(live, household, "registry-system")
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")

    async def test_a_hit_needs_the_area(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, OTHER_VILLAGE)
        await read(live, household)
        assert (await read(live, household)).headers["yihu-cache"] == "hit"
        reads = live.registry.status_reads
        # The auditor sees one village only: what is in memory is not for him, the registry has the word.
        answer = await read(live, household, "village-auditor")
        assert answer.headers["yihu-cache"] == "bypass"
        assert live.registry.status_reads == reads + 1
        assert (await read(live, household, "mobile-app")).headers["yihu-cache"] == "hit"

    async def test_a_refusal_does_not_tell_what_is_in_memory(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, OTHER_VILLAGE)
        unknown = await read(live, str(uuid4()), "village-auditor")
        await read(live, household)
        live.registry.statuses.clear()  # the registry's answer to one who may not see it
        refused = await read(live, household, "village-auditor")
        assert unknown.status_code == refused.status_code == 404
        assert unknown.headers["yihu-cache"] == refused.headers["yihu-cache"]

    async def test_waiting_for_anothers_fill_gives_no_more_rights(self, live: Running, household: str) -> None:
        live.registry.statuses[household] = (4, OTHER_VILLAGE)
        live.registry.gate = asyncio.Event()
        wide = asyncio.create_task(read(live, household, "wide-reader"))
        await live.registry.arrived.wait()
        auditor_token = await live.token("village-auditor")
        narrow = asyncio.create_task(
            live.client.get(
                f"/api/v1/households/{household}/status", headers={"Authorization": f"Bearer {auditor_token}"}
            )
        )
        live.registry.gate.set()
        assert (await wide).headers["yihu-cache"] == "miss"
        assert (await narrow).headers["yihu-cache"] != "hit"
        last = live.registry.requests[-1]
        assert last.headers["authorization"] == f"Bearer {auditor_token}"


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
