"""The live feed: only what the caller may know, nothing twice, nothing missing, and an end that can be resumed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import orjson
import pytest

from shared.embedded import EmbeddedNats, NatsUser
from shared.snapshots.connection import connect
from shared.snapshots.streams import STATUS, ensure_streams
from tests.services.gateway.announcing import Announcer, until_feed_is_live
from tests.services.gateway.stage import OTHER_VILLAGE, VILLAGE, Running, StartGateway

PATH = "/api/v1/changes"


@dataclass(frozen=True)
class Received:
    """One server-sent event."""

    id: int | None
    event: str
    data: dict[str, object]


class Stream:
    """An open live feed, read event by event. Blocks without data only move `last_id`."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.last_id: int | None = None
        self._lines = response.aiter_lines()

    async def next(self) -> Received:
        async with asyncio.timeout(15):
            return await anext(self._events())

    async def opened(self) -> int:
        """Reads until the feed has told where it stands."""
        async with asyncio.timeout(15):
            async for line in self._lines:
                if line.startswith("id: "):
                    self.last_id = int(line[4:])
                    return self.last_id
        raise AssertionError("the feed ended")

    async def rest(self) -> list[str]:
        async with asyncio.timeout(15):
            return [line async for line in self._lines]

    async def _events(self) -> AsyncIterator[Received]:
        fields: dict[str, str] = {}
        async for line in self._lines:
            if line.startswith(":"):
                continue
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
                continue
            if "id" in fields:
                self.last_id = int(fields["id"])
            if "data" in fields:
                yield Received(self.last_id, fields.get("event", "message"), orjson.loads(fields["data"]))
            fields = {}
        raise AssertionError("the feed ended")


@contextlib.asynccontextmanager
async def listen(
    gateway: Running, who: str = "wide-reader", *, query: str = "", **headers: str
) -> AsyncIterator[Stream]:
    bearer = await gateway.bearer(who)
    async with gateway.client.stream("GET", PATH + query, headers={**bearer, **headers}, timeout=20) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Stream(response)


@pytest.fixture
async def live(gateway: Running, announcer: Announcer) -> Running:
    await until_feed_is_live(gateway)
    return gateway


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
            moved = await announcer.announce(uuid4(), 2, division=OTHER_VILLAGE, previous_division=VILLAGE)
            assert (await stream.next()).id == moved

    async def test_a_division_narrows_further(self, live: Running, announcer: Announcer) -> None:
        async with listen(live, query=f"?division={VILLAGE}") as stream:
            await stream.opened()
            await announcer.announce(uuid4(), 1, division=OTHER_VILLAGE)
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
        assert isinstance(received.id, int)
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


class TestEnding:
    async def test_with_the_token(self, start_gateway: StartGateway, announcer: Announcer) -> None:
        gateway = await start_gateway(token_seconds=2)
        await until_feed_is_live(gateway)
        async with listen(gateway) as stream:
            await stream.opened()
            assert ": expired" in await stream.rest()

    async def test_when_the_gateway_stops(self, start_gateway: StartGateway, announcer: Announcer) -> None:
        gateway = await start_gateway()
        await until_feed_is_live(gateway)
        async with listen(gateway) as stream:
            await stream.opened()
            gateway.app.state.readiness.draining = True
            assert ": stopping" in await stream.rest()

    async def test_a_reader_too_slow_is_cut_off_and_can_resume(
        self, start_gateway: StartGateway, announcer: Announcer
    ) -> None:
        gateway = await start_gateway(changes_queue=20)
        await until_feed_is_live(gateway)
        pad = "x" * 20_000
        url = httpx.URL(gateway.url)
        bearer = await gateway.bearer("wide-reader")
        # Reads nothing while far more is announced than the sockets' buffers and the queue can hold.
        reader, writer = await asyncio.open_connection(url.host, url.port, limit=1024)
        writer.write(f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer['Authorization']}\r\n\r\n".encode())
        head = await reader.readuntil(b"id: ")
        assert b"200 OK" in head
        async with asyncio.timeout(60):
            while b'reason="slow"} 0' in (text := (await gateway.client.get("/metrics")).content) or (
                b'reason="slow"' not in text
            ):
                for _ in range(20):
                    await announcer.announce(uuid4(), 1, pad=pad)
        received = b""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(15):
                received = await reader.read(-1)
        writer.close()
        ids = [int(line[4:]) for line in received.split(b"\n") if line.startswith(b"id: ") and line[4:].isdigit()]
        last = ids[-2]
        async with listen(gateway, **{"Last-Event-ID": str(last)}) as stream:
            assert (await stream.next()).id == last + 1


@pytest.fixture
def own_nats(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedNats:
    return EmbeddedNats(
        tmp_path_factory.mktemp("nats"), users=[NatsUser("yihu", "own-server-password")], sync_always=False
    )


class TestTheFeedDown:
    async def test_nothing_is_served_from_memory_and_all_comes_back(
        self, start_gateway: StartGateway, own_nats: EmbeddedNats
    ) -> None:
        own_nats.start()
        household = str(uuid4())
        try:
            async with connect(own_nats.url, name="test") as nats:
                await ensure_streams(await nats.jetstream())
                announcer = Announcer(nats)
                gateway = await start_gateway(nats_url=own_nats.url)
                await until_feed_is_live(gateway)
                gateway.registry.statuses[household] = (1, VILLAGE)
                bearer = await gateway.bearer("wide-reader")

                async def cache() -> str:
                    url = f"/api/v1/households/{household}/status"
                    return (await gateway.client.get(url, headers=bearer)).headers["yihu-cache"]

                assert [await cache(), await cache()] == ["miss", "hit"]
                before = await announcer.announce(uuid4(), 1)
                async with listen(gateway) as stream:
                    start = await stream.opened()
                    await asyncio.to_thread(own_nats.stop)
                    await until_feed_is_live(gateway, live=False)
                    assert [await cache(), await cache()] == ["bypass", "bypass"]
                    refused = await gateway.client.get(PATH, headers=bearer)
                    assert (refused.status_code, refused.json()["code"]) == (503, "feed-down")
                    await asyncio.to_thread(own_nats.start)
                    await until_feed_is_live(gateway)
                    assert [await cache(), await cache()] == ["miss", "hit"]
                    after = await announcer.announce(uuid4(), 1)
                    received = await stream.next()
                    while received.id != after:
                        assert received.id == before > start
                        received = await stream.next()
        finally:
            await asyncio.to_thread(own_nats.remove)

    async def test_what_is_gone_from_the_stream_is_a_reset(
        self, start_gateway: StartGateway, own_nats: EmbeddedNats
    ) -> None:
        own_nats.start()
        try:
            async with connect(own_nats.url, name="test") as nats:
                await ensure_streams(await nats.jetstream())
                announcer = Announcer(nats)
                sent = [await announcer.announce(uuid4(), 1) for _ in range(10)]
                await (await nats.jetstream()).purge_stream(STATUS, seq=sent[7])
                gateway = await start_gateway(nats_url=own_nats.url)
                await until_feed_is_live(gateway)
                async with listen(gateway, **{"Last-Event-ID": str(sent[2])}) as stream:
                    assert (await stream.next()).event == "reset"
                    assert [(await stream.next()).id for _ in range(3)] == sent[7:]
                await (await nats.jetstream()).purge_stream(STATUS)
                async with listen(gateway, **{"Last-Event-ID": str(sent[2])}) as stream:
                    assert (await stream.next()).event == "reset"
                    more = await announcer.announce(uuid4(), 1)
                    assert (await stream.next()).id == more
        finally:
            await asyncio.to_thread(own_nats.remove)
