"""The way to the services and back: nothing added, nothing lost, nobody impersonated, and no refusal without words."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.services.gateway.servers import Department, Request, serve
from tests.services.gateway.stage import Running, StartGateway
from tests.services.gateway.wire import raw


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
