"""How a live feed ends, what stands still while it is down, and that an end can be resumed."""

import asyncio
import contextlib
from uuid import uuid4

import httpx
import pytest

from shared.embedded import EmbeddedNats, NatsUser
from shared.snapshots.connection import connect
from shared.snapshots.streams import STATUS, ensure_streams
from tests.feeds import PATH
from tests.services.gateway.announcing import Announcer, until_feed_is_live
from tests.services.gateway.stage import VILLAGE, StartGateway, listen


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
