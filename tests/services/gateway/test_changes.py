"""The live feed: only what the caller may know, nothing twice, nothing missing, from the place that was named."""

import asyncio
from uuid import uuid4

import pytest

from tests.feeds import PATH
from tests.services.gateway.announcing import Announcer, until_feed_is_live
from tests.services.gateway.stage import OTHER_VILLAGE, VILLAGE, Running, StartGateway, listen


class TestListening:
    @pytest.mark.req("M45", "SYS01")
    async def test_a_change_arrives_with_its_place_in_the_stream(self, live: Running, announcer: Announcer) -> None:
        household = str(uuid4())
        async with listen(live) as stream:
            await stream.opened()
            sequence = await announcer.announce(household, 7, state="registered")
            received = await stream.next()
        assert (received.id, received.event) == (sequence, "status.changed")
        assert received.data["household_id"] == household
        assert received.data["version"] == 7
        assert received.data["state"] == "registered"

    async def test_only_the_callers_area_is_told(self, live: Running, announcer: Announcer) -> None:
        async with listen(live, "village-auditor") as narrow, listen(live, "mobile-app") as wide:
            await narrow.opened()
            await wide.opened()
            elsewhere = await announcer.announce(uuid4(), 1, division="110101001001")
            next_door = await announcer.announce(uuid4(), 1, division=OTHER_VILLAGE)
            nowhere = await announcer.announce(uuid4(), 1, division="")
            own = await announcer.announce(uuid4(), 1, division=VILLAGE)
            assert (await narrow.next()).id == own
            assert [(await wide.next()).id for _ in range(2)] == [next_door, own]
            assert elsewhere < next_door < nowhere < own

    async def test_who_loses_a_household_is_told_too(self, live: Running, announcer: Announcer) -> None:
        async with listen(live, "village-auditor") as stream:
            await stream.opened()
            told = {"previous_division": VILLAGE, "risk_level": "high", "changed": ["place", "risk"]}
            moved = await announcer.announce(uuid4(), 2, division=OTHER_VILLAGE, **told)
            heard = await stream.next()
            assert heard.id == moved
            assert (heard.data["division"], heard.data["previous_division"]) == (None, VILLAGE)
            assert heard.data["changed"] == ["place"]
            assert "risk_level" not in heard.data
            assert OTHER_VILLAGE not in str(heard.data)
        async with listen(live, "village-auditor", query=f"?after={moved - 1}") as stream:
            assert (await stream.next()).data == heard.data
        async with listen(live, "mobile-app", query=f"?after={moved - 1}") as stream:
            assert (await stream.next()).data.items() >= {"division": OTHER_VILLAGE, **told}.items()

    @pytest.mark.parametrize(("division", "outside"), [(VILLAGE, OTHER_VILLAGE), (VILLAGE[:9], "110101001001")])
    async def test_a_division_narrows_further(
        self, live: Running, announcer: Announcer, division: str, outside: str
    ) -> None:
        async with listen(live, query=f"?division={division}") as stream:
            await stream.opened()
            await announcer.announce(uuid4(), 1, division=outside)
            own = await announcer.announce(uuid4(), 1, division=VILLAGE)
            assert (await stream.next()).id == own

    async def test_silence_is_filled_and_moves_the_place_on(
        self, start_gateway: StartGateway, announcer: Announcer
    ) -> None:
        gateway = await start_gateway(changes_heartbeat_seconds=0.2)
        await until_feed_is_live(gateway)
        async with listen(gateway, "village-auditor") as stream:
            await stream.opened()
            unseen = await announcer.announce(uuid4(), 1, division=OTHER_VILLAGE)
            async with asyncio.timeout(15):
                while await stream.opened() < unseen:
                    pass
        assert stream.last_id == unseen


class TestResuming:
    @pytest.mark.parametrize("way", ["header", "query"])
    async def test_from_memory(self, live: Running, announcer: Announcer, way: str) -> None:
        async with listen(live) as stream:
            start = await stream.opened()
            sent = [await announcer.announce(uuid4(), 1) for _ in range(5)]
            first = await stream.next()
        assert first.id == sent[0] > start
        again = {"Last-Event-ID": str(first.id)} if way == "header" else {}
        query = "" if way == "header" else f"?after={first.id}"
        async with listen(live, query=query, **again) as stream:
            assert [(await stream.next()).id for _ in range(4)] == sent[1:]
            more = await announcer.announce(uuid4(), 1)
            assert (await stream.next()).id == more

    async def test_the_header_is_the_later_word(self, live: Running, announcer: Announcer) -> None:
        sent = [await announcer.announce(uuid4(), 1) for _ in range(3)]
        async with listen(live, query=f"?after={sent[0]}", **{"Last-Event-ID": str(sent[1])}) as stream:
            assert (await stream.next()).id == sent[2]

    async def test_from_the_stream_after_a_restart(
        self, start_gateway: StartGateway, live: Running, announcer: Announcer
    ) -> None:
        """A gateway just started has nothing in memory; what came before it is read from the stream."""
        sent = [await announcer.announce(uuid4(), 1) for _ in range(30)]
        hidden = await announcer.announce(uuid4(), 1, division="110101001001")
        gateway = await start_gateway(changes_kept=5)
        await until_feed_is_live(gateway)
        async with listen(gateway, "mobile-app", **{"Last-Event-ID": str(sent[4])}) as stream:
            assert [(await stream.next()).id for _ in range(25)] == sent[5:]
            more = await announcer.announce(uuid4(), 1)
            assert (await stream.next()).id == more
            assert hidden < more

    async def test_an_id_from_the_future_is_a_reset(self, live: Running) -> None:
        async with listen(live, **{"Last-Event-ID": str(10**15)}) as stream:
            received = await stream.next()
        assert received.event == "reset"
        assert received.id < 10**15


class TestRefusals:
    async def test_without_the_scope(self, live: Running) -> None:
        answer = await live.client.get(PATH, headers=await live.bearer("health-system"))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ("?after=x", 400, "invalid-parameter"),
            ("?after=-1", 400, "invalid-parameter"),
            ("?after=%D9%A1", 400, "invalid-parameter"),
            ("?after=" + "9" * 50, 400, "invalid-parameter"),
            ("?after=", 400, "empty-filter"),
            ("?since=1", 400, "unknown-filter"),
            ("?after=1&after=2", 400, "invalid-parameter"),
            ("?division=abc", 400, "invalid-parameter"),
            ("?division=420000010000", 400, "invalid-parameter"),
            ("?after=%ff", 400, "invalid-parameter"),
            ("?a=1;b=2&%00=x", 400, "unknown-filter"),
            ("?division=110000000000", 403, "out-of-area"),
        ],
    )
    async def test_what_is_asked_for_wrongly(self, live: Running, query: str, status: int, code: str) -> None:
        answer = await live.client.get(PATH + query, headers=await live.bearer("mobile-app"))
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    async def test_other_methods(self, live: Running) -> None:
        assert (await live.client.post(PATH, headers=await live.bearer("mobile-app"))).status_code == 405

    async def test_a_strange_last_event_id(self, live: Running) -> None:
        headers = {**await live.bearer("mobile-app"), "Last-Event-ID": "abc"}
        answer = await live.client.get(PATH, headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "header:last-event-id")

    async def test_so_many_feeds_and_no_more(self, start_gateway: StartGateway, announcer: Announcer) -> None:
        gateway = await start_gateway(changes_per_principal=2)
        await until_feed_is_live(gateway)
        async with listen(gateway, "mobile-app") as first, listen(gateway, "mobile-app") as second:
            await first.opened()
            await second.opened()
            third = await gateway.client.get(PATH, headers=await gateway.bearer("mobile-app"))
            assert (third.status_code, third.json()["code"]) == (429, "too-many-streams")
            assert "retry-after" in third.headers
            async with listen(gateway, "wide-reader") as other:
                await other.opened()
