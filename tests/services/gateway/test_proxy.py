"""The way to the services and back: nothing added, nothing lost, nobody impersonated, and no refusal without words."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.services.gateway.servers import Department, Request, serve
from tests.services.gateway.stage import Running, StartGateway


@pytest.fixture(scope="module")
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class TestRouting:
    @pytest.mark.parametrize(
        ("path", "service"),
        [
            ("/api/v1/health/insurance-enrolments", "health"),
            ("/api/v1/health", "health"),
            ("/api/v1/registry/anything", "registry"),
            ("/api/v1/households", "registry"),
            ("/api/v1/households:lookup", "registry"),
            ("/api/v1/members/x", "registry"),
            ("/api/v1/divisions", "registry"),
            ("/api/v1/villages/420115010200", "registry"),
            ("/api/v1/statuses", "registry"),
            ("/api/v1/policy/parameters", "registry"),
        ],
    )
    async def test_each_prefix_has_its_service(self, gateway: Running, path: str, service: str) -> None:
        answer = await gateway.client.get(path, headers=await gateway.bearer("health-system"))
        assert answer.status_code == 200
        assert answer.json()["service"] == service
        assert answer.json()["path"] == path

    async def test_answers_stay_out_of_caches(self, gateway: Running) -> None:
        answer = await gateway.client.get("/api/v1/households", headers=await gateway.bearer("health-system"))
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_a_new_department_needs_only_its_name(self, start_gateway: StartGateway) -> None:
        async with serve(Department("toy")) as url:
            gateway = await start_gateway(upstreams={"toy": url})
            answer = await gateway.client.get("/api/v1/toy/records", headers=await gateway.bearer("health-system"))
            assert answer.json()["service"] == "toy"

    @pytest.mark.parametrize(
        "path", ["/", "/api", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/health", "/healthy"]
    )
    async def test_unknown_paths_are_told_in_both_languages(self, gateway: Running, path: str) -> None:
        chinese = await gateway.client.get(path)
        english = await gateway.client.get(path, headers={"Accept-Language": "en"})
        assert chinese.status_code == english.status_code == 404
        assert chinese.headers["content-type"] == "application/problem+json"
        assert chinese.json()["code"] == "unknown-path"
        assert "没有" in chinese.json()["title"]
        assert "No such" in english.json()["title"]
        assert english.headers["content-language"] == "en"

    @pytest.mark.parametrize(
        "path",
        [
            "/api/v1//health",
            "//api/v1/health",
            "/api/v1/health/../registry",
            "/api/v1/health/./x",
            "/api/v1/health/%2e%2e/registry",
            "/api/v1/health/a%2fb",
            "/api/v1/health/a%5cb",
            "/api/v1/health/a%00b",
            "/api/v1/health/%ff%fe",
            "/api/v1/health/%zz",
            "/api/v1/health/a%0d%0ab",
            "/docs/..%2f..%2fetc/passwd",
            "/api/v1/codes/../health/x",
        ],
    )
    async def test_a_path_of_two_meanings_is_refused(self, gateway: Running, path: str) -> None:
        headers = await gateway.bearer("health-system")
        status, _ = await raw(gateway, f"GET {path} HTTP/1.1", f"Authorization: {headers['Authorization']}")
        assert status in {400, 404}
        assert not gateway.health.requests
        assert not gateway.registry.requests

    async def test_encoded_text_passes_unchanged(self, gateway: Running) -> None:
        headers = await gateway.bearer("health-system")
        path = "/api/v1/health/%E5%BC%A0%20x"
        answer = await gateway.client.get(f"{path}?name=%E5%BC%A0&x=a%2Fb&empty=", headers=headers)
        assert answer.json()["path"] == path
        assert answer.json()["query"] == "name=%E5%BC%A0&x=a%2Fb&empty="


class TestAuthentication:
    @pytest.mark.parametrize(
        "authorization",
        [None, "", "Bearer", "Basic eDp5", "Bearer x.y.z", "Bearer \u00e9", "Bearer " + "x" * 9000],
    )
    async def test_without_a_good_token_nothing_passes(self, gateway: Running, authorization: str | None) -> None:
        headers = [] if authorization is None else [(b"Authorization", authorization.encode("latin-1"))]
        answer = await gateway.client.get("/api/v1/health/x", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "unauthenticated"
        assert not gateway.health.requests

    async def test_two_tokens_are_refused(self, gateway: Running) -> None:
        token = (await gateway.bearer("health-system"))["Authorization"]
        headers = [("Authorization", "Bearer a.b.c"), ("Authorization", token)]
        assert (await gateway.client.get("/api/v1/health/x", headers=headers)).status_code == 401

    async def test_the_service_gets_the_token_to_verify_itself(self, gateway: Running) -> None:
        headers = await gateway.bearer("health-system")
        answer = await gateway.client.get("/api/v1/health/x", headers=headers)
        assert answer.json()["headers"]["authorization"] == headers["Authorization"]


class TestHeaders:
    async def test_what_only_the_gateway_may_say_is_dropped(self, gateway: Running) -> None:
        spoofed = {
            **await gateway.bearer("health-system"),
            "Yihu-Division": "000000000000",
            "Yihu-Deadline": "999999999",
            "Yihu-Principal": "root",
            "X-Yihu-Principal": "root",
            "X-Forwarded-For": "6.6.6.6",
            "X-Forwarded-Host": "evil",
            "Forwarded": "for=6.6.6.6",
            "X-Real-IP": "6.6.6.6",
            "Proxy-Authorization": "x",
            "Cookie": "a=b",
            "TE": "trailers",
            "Connection": "keep-alive, X-Hop",
            "X-Hop": "1",
            "X-Mine": "kept",
            "Idempotency-Key": "k1",
            "If-Match": '"3"',
        }
        seen = (await gateway.client.get("/api/v1/health/x", headers=spoofed)).json()["headers"]
        assert seen["x-forwarded-for"] == "127.0.0.1"
        assert 0 < int(seen["yihu-deadline"]) <= 30_000
        assert "evil" not in str(seen)
        assert "6.6.6.6" not in str(seen)
        for name in (
            "yihu-division",
            "yihu-principal",
            "x-yihu-principal",
            "proxy-authorization",
            "cookie",
            "te",
            "x-hop",
        ):
            assert name not in seen
        assert (seen["x-mine"], seen["idempotency-key"], seen["if-match"]) == ("kept", "k1", '"3"')

    async def test_request_id_and_trace_go_through(self, gateway: Running) -> None:
        trace = "0af7651916cd43dd8448eb211c80319c"
        headers = {
            **await gateway.bearer("health-system"),
            "X-Request-Id": "req-1",
            "traceparent": f"00-{trace}-b7ad6b7169203331-01",
        }
        seen = (await gateway.client.get("/api/v1/health/x", headers=headers)).json()["headers"]
        assert seen["x-request-id"] == "req-1"
        assert seen["traceparent"].split("-")[1] == trace
        assert seen["traceparent"].split("-")[2] != "b7ad6b7169203331"

    async def test_the_service_does_not_name_its_software(self, gateway: Running) -> None:
        answer = await gateway.client.get("/api/v1/health/x", headers=await gateway.bearer("health-system"))
        assert "server" not in answer.headers

    async def test_an_address_of_the_service_becomes_a_path(self, gateway: Running) -> None:
        async def created(request: Request) -> None:
            await request.answer(201, b"", Location=f"http://{request.headers['host']}/api/v1/health/x/1")

        gateway.health.handler = created
        answer = await gateway.client.post("/api/v1/health/x", headers=await gateway.bearer("health-system"))
        assert answer.headers["location"] == "/api/v1/health/x/1"


class TestBodies:
    async def test_bodies_stream_both_ways(self, gateway: Running) -> None:
        async def mirror(request: Request) -> None:
            body = await request.body()
            await request.answer(200, body)

        gateway.health.handler = mirror
        body = bytes(range(256)) * 16_000

        async def chunks() -> AsyncIterator[bytes]:
            for start in range(0, len(body), 100_000):
                yield body[start : start + 100_000]

        headers = await gateway.bearer("health-system")
        assert (await gateway.client.post("/api/v1/health/x", content=body, headers=headers)).content == body
        assert (await gateway.client.post("/api/v1/health/x", content=chunks(), headers=headers)).content == body

    async def test_an_answer_without_length_arrives_whole(self, gateway: Running) -> None:
        async def drip(request: Request) -> None:
            await request.send({"type": "http.response.start", "status": 200, "headers": []})
            for n in range(50):
                await request.send({"type": "http.response.body", "body": b"%03d" % n, "more_body": True})
                await asyncio.sleep(0)
            await request.send({"type": "http.response.body", "body": b""})

        gateway.health.handler = drip
        answer = await gateway.client.get("/api/v1/health/x", headers=await gateway.bearer("health-system"))
        assert answer.content == b"".join(b"%03d" % n for n in range(50))

    @pytest.mark.parametrize("chunked", [False, True])
    async def test_too_large_is_413_in_words(self, start_gateway: StartGateway, chunked: bool) -> None:
        gateway = await start_gateway(max_body_bytes=1000)

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b"x" * 100
                await asyncio.sleep(0)

        content = chunks() if chunked else b"x" * 2000
        headers = {**await gateway.bearer("health-system"), "Accept-Language": "en"}
        answer = await gateway.client.post("/api/v1/health/x", content=content, headers=headers)
        assert answer.status_code == 413
        assert answer.json()["code"] == "body-too-large"
        assert "1000" in answer.text

    async def test_head_and_304_and_204_have_no_body(self, gateway: Running) -> None:
        async def by_path(request: Request) -> None:
            status = int(request.path.rpartition("/")[2])
            await request.send({"type": "http.response.start", "status": status, "headers": [(b"etag", b'"1"')]})
            await request.send({"type": "http.response.body", "body": b""})

        gateway.health.handler = by_path
        headers = await gateway.bearer("health-system")
        for method, status in (("GET", 204), ("GET", 304), ("HEAD", 200)):
            answer = await gateway.client.request(method, f"/api/v1/health/{status}", headers=headers)
            assert (answer.status_code, answer.content) == (status, b"")


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


async def raw(gateway: Running, line: str, *headers: str) -> tuple[int | None, bytes]:
    text = "\r\n".join([line, "Host: gateway", "Connection: close", *headers, "", ""])
    return await _exchange(gateway, text.encode())


async def raw_bytes(gateway: Running, data: bytes) -> int | None:
    return (await _exchange(gateway, data))[0]


async def _exchange(gateway: Running, data: bytes) -> tuple[int | None, bytes]:
    url = httpx.URL(gateway.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    try:
        writer.write(data)
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), 5)
    except (ConnectionError, TimeoutError):
        answer = b""
    finally:
        writer.close()
    status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else None
    return status, answer


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
