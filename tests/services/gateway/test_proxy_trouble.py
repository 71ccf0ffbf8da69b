"""When services fail, clients ask too much, or what comes is no request: an answer in words, and the rest goes on."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.services.gateway.servers import Department, Request, serve
from tests.services.gateway.stage import Running, StartGateway
from tests.services.gateway.wire import raw_bytes


@pytest.fixture(scope="module")
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class TestTrouble:
    async def test_one_service_down_the_other_goes_on_and_it_comes_back(
        self, start_gateway: StartGateway, unused_port: int
    ) -> None:
        async with serve(Department("health")) as other:
            gateway = await start_gateway(upstreams={"housing": f"http://127.0.0.1:{unused_port}", "health": other})
            headers = await gateway.bearer("health-system")
            for method in ("GET", "POST"):
                down = await gateway.client.request(method, "/api/v1/housing/x", headers=headers)
                assert down.status_code == 503
                assert down.json()["code"] == "upstream-down"
                assert int(down.headers["retry-after"]) >= 1
                assert "housing" in down.json()["detail"]
            assert (await gateway.client.get("/api/v1/health/x", headers=headers)).status_code == 200
            health = (await gateway.client.get("/healthz")).json()
            assert health["services"] == {"housing": False, "health": True}
            assert health["status"] == "degraded"
            async with serve(Department("housing"), port=unused_port):
                back = await gateway.client.get("/api/v1/housing/x", headers=headers)
                assert back.json()["service"] == "housing"
                assert (await gateway.client.get("/healthz")).json()["services"]["housing"]

    async def test_a_read_lost_on_the_way_is_sent_again_a_write_is_not(self, start_gateway: StartGateway) -> None:
        async with breaking_server(breaks=1) as (url, seen):
            gateway = await start_gateway(upstreams={"health": url})
            headers = await gateway.bearer("health-system")
            assert (await gateway.client.get("/api/v1/health/x", headers=headers)).status_code == 200
            assert seen == ["GET", "GET"]
        async with breaking_server(breaks=1) as (url, seen):
            gateway = await start_gateway(upstreams={"health": url})
            headers = await gateway.bearer("health-system")
            answer = await gateway.client.post("/api/v1/health/x", content=b"{}", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (503, "upstream-interrupted")
            assert seen == ["POST"]

    async def test_a_slow_service_is_504(self, start_gateway: StartGateway) -> None:
        gateway = await start_gateway(request_timeout_seconds=1.5)  # long enough to sign in on a busy machine
        never = asyncio.Event()

        async def hang(request: Request) -> None:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait_for(never.wait(), 20)

        gateway.health.handler = hang
        headers = {**await gateway.bearer("health-system"), "Accept-Language": "en"}
        for method in ("GET", "POST"):
            answer = await gateway.client.request(method, "/api/v1/health/x", headers=headers)
            assert answer.status_code == 504
            assert answer.json()["code"] == "upstream-timeout"
        never.set()

    async def test_a_full_service_is_503_at_once_and_others_are_not(self, start_gateway: StartGateway) -> None:
        gateway = await start_gateway(upstream_concurrency=2, upstream_queue=1)
        gate, entered = asyncio.Event(), asyncio.Semaphore(0)

        async def wait(request: Request) -> None:
            entered.release()
            await gate.wait()
            await gateway.health.echo(request)

        gateway.health.handler = wait
        headers = await gateway.bearer("health-system")
        held = [asyncio.create_task(gateway.client.get("/api/v1/health/x", headers=headers)) for _ in range(3)]
        await entered.acquire()
        await entered.acquire()
        statuses: list[int] = []
        while 503 not in statuses:
            more = asyncio.create_task(gateway.client.get("/api/v1/health/x", headers=headers))
            done, _ = await asyncio.wait([more], timeout=1)
            if not done:
                held.append(more)
                continue
            statuses.append(more.result().status_code)
            assert more.result().json()["code"] == "upstream-busy"
            assert "retry-after" in more.result().headers
        assert (await gateway.client.get("/api/v1/registry/x", headers=headers)).status_code == 200
        gate.set()
        assert {answer.status_code for answer in await asyncio.gather(*held)} == {200}

    async def test_an_answer_cut_short_is_seen_as_cut_short(self, start_gateway: StartGateway) -> None:
        async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 10)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(half, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            gateway = await start_gateway(upstreams={"health": f"http://127.0.0.1:{port}"})
            with pytest.raises(httpx.RemoteProtocolError):
                await gateway.client.get("/api/v1/health/x", headers=await gateway.bearer("health-system"))


class TestLimits:
    async def test_too_many_requests_of_one_caller(self, start_gateway: StartGateway) -> None:
        gateway = await start_gateway(rate_limit_per_second_person=0.5, rate_limit_burst_seconds=4)
        person, system = await gateway.bearer("village-auditor"), await gateway.bearer("health-system")
        first = await gateway.client.get("/api/v1/health/x", headers=person)
        assert first.headers["ratelimit-policy"] == '"default";q=2;w=4'
        assert first.headers["ratelimit"].startswith('"default";r=1;t=')
        assert (await gateway.client.get("/api/v1/health/x", headers=person)).status_code == 200
        refused = await gateway.client.get("/api/v1/health/x", headers={**person, "Accept-Language": "en"})
        assert refused.status_code == 429
        assert refused.json()["code"] == "too-many-requests"
        assert 1 <= int(refused.headers["retry-after"]) <= 2
        assert (await gateway.client.get("/api/v1/health/x", headers=system)).status_code == 200

    async def test_long_addresses_many_headers_and_strange_methods(self, gateway: Running) -> None:
        headers = await gateway.bearer("health-system")
        long = await gateway.client.get("/api/v1/health/x?q=" + "x" * 9000, headers=headers)
        assert (long.status_code, long.json()["code"]) == (414, "url-too-long")
        many = await gateway.client.get("/api/v1/health/x", headers={**headers, **{f"X-{n}": "1" for n in range(150)}})
        assert (many.status_code, many.json()["code"]) == (431, "headers-too-large")
        big = await gateway.client.get("/api/v1/health/x", headers={**headers, "X-Big": "x" * 40_000})
        assert big.status_code == 431
        for method in ("TRACE", "PROPFIND"):
            strange = await gateway.client.request(method, "/api/v1/health/x", headers=headers)
            assert strange.status_code == 405
            assert "GET" in strange.headers["allow"]


JUNK = [
    b"\r\n\r\n",
    b"\x00\x01\x02\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET /api/v1/health/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/v1/health/x?q=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/v1/health/x?q=%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://evil/api/v1/health/x HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/v1/health/x HTTP/9.9\r\nHost: x\r\n\r\n",
    b"POST /api/v1/health/x HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /api/v1/health/x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    b"POST /api/v1/health/x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    b"POST /api/v1/health/x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/health/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /api/v1/health/x HTTP/1.1\r\nHost: x\r\nX-Bad\x00: 1\r\n\r\n",
    b"GET /api/v1/health/x HTTP/1.1\r\nHost: x\r\nX-Request-Id: \xff\xff\r\ntraceparent: \xff\r\n"
    b"Accept-Language: \xff\r\n\r\n",
    b"GET /api/v1/health/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    b"CONNECT health:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


class TestJunk:
    @pytest.mark.parametrize("junk", JUNK)
    @pytest.mark.parametrize("signed_in", [False, True])
    async def test_junk_never_gives_a_5xx(self, gateway: Running, junk: bytes, signed_in: bool) -> None:
        if signed_in:
            token = (await gateway.bearer("health-system"))["Authorization"].encode()
            junk = junk.replace(b"Host: x\r\n", b"Host: x\r\nAuthorization: " + token + b"\r\n")
        status = await raw_bytes(gateway, junk)
        assert status is None or status < 500
        alive = await gateway.client.get("/healthz/live")
        assert alive.status_code == 200


@contextlib.asynccontextmanager
async def breaking_server(*, breaks: int) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that takes the first `breaks` requests and closes the connection instead of answering."""
    seen: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head.split(b" ")[0].decode())
        if len(seen) > breaks:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seen
