"""Hostile and senseless requests, raw over the wire: an answer below 500 each, and a system that goes on."""

import asyncio
import random
from collections.abc import Iterator

import pytest

from tests.gateway.families import BILLS, ENROLMENTS, new_id_number
from tests.gateway.system import System

PATHS = (
    "/api/v1/households",
    "/api/v1/households:batch",
    "/api/v1/households:lookup",
    "/api/v1/statuses",
    "/api/v1/statuses:lookup",
    "/api/v1/statuses/summary",
    "/api/v1/divisions:import",
    "/api/v1/villages:batch",
    "/api/v1/changes",
    "/api/v1/oauth/token",
    "/api/v1/registry/income-years",
    "/api/v1/policy/parameters/income.poverty_line",
    "/api/v1/policy/parameters/income.poverty_line:withdraw",
    "/api/v1/households/00000000-0000-0000-0000-000000000000/status",
    "/api/v1/households/00000000-0000-0000-0000-000000000000/changes",
    "/api/v1/households/00000000-0000-0000-0000-000000000000/state",
    "/api/v1/health/indicators",
    "/api/v1/health/operations/republish",
    f"{BILLS}:search",
    f"{BILLS}:batch",
    BILLS,
    ENROLMENTS,
    "/docs",
    "/healthz",
    "/api/v1/codes/sex",
)
ODD_PATHS = (
    b"//",
    b"/api/v1/households/%00/status",
    b"/api/v1/households/%ff%fe/status",
    b"/api/v1/households/..%2f..%2fhealthz",
    b"/api/v1/../../etc/passwd",
    b"/api/v1/households/%F0%9F%98%80/status",
    b"/api/v1/households/by-code/%00/status",
    b"/api/v1/households/by-code/" + b"A" * 4000 + b"/status",
    b"/api/v1/health/insurance-enrolments/%zz",
    b"/api/v1/health/insurance-enrolments/" + b"9" * 500,
    b"/api/v1/policy/parameters/%00",
    b"/api/v1/policy/parameters/..",
    b"/api/v1/codes/%00",
    b"/api/v1/codes/..%2fsex",
    b"/api/v1/health/indicators/%00/missing",
    b"/api/v1/divisions/99999999999999999999999",
    b"/api/v1/villages/%e4%b8%ad",
    b"/api/v1/members/x:reveal",
    b"/api/v1/changes/",
    b"/docs/../healthz",
    b"/docs/%2e%2e",
    b"/.well-known/%00",
    b"/metrics",
    b"*",
    b"http://elsewhere.example/api/v1/statuses",
)
QUERIES = (
    b"limit=99999999999999999999",
    b"limit=%00",
    b"cursor=%00",
    b"cursor=" + b"A" * 3000,
    b"cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    b"cursor=__________________________________",
    b"division=%00",
    b"division=4201150102000000000000",
    b"division=%EF%BC%94%EF%BC%92",
    b"year=99999999999999999999",
    b"year=-1",
    b"year=0",
    b"at_least=health:999999999999999999",
    b"at_least=" + b"a:1," * 200,
    b"changed_since=0001-01-01T00:00:00Z",
    b"changed_since=9999-12-31T23:59:59-23:59",
    b"after=99999999999999999999999",
    b"member_id=%00",
    b"%ff=%fe",
    b"&&&==&=",
    b"a" * 7000,
    b"household_type='%20OR%201=1--",
    b"by=division,division",
    b"view=%00",
)
BODIES: tuple[bytes, ...] = (
    b"",
    b"null",
    b"true",
    b"0",
    b'""',
    b"[]",
    b"{}",
    b"{",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b"\x00",
    b'{"a":"\\u0000"}',
    b'{"id_number":"\\u0000","code":"\\u0000","year":1}',
    b'{"id_number":"\\ud800"}',
    b'{"code":"\\udfff","household_code":"\\udfff"}',
    b'{"rows":[{"id_number":"\\ud800","year":2026}]}',
    b'{"rows":[{"code":"\\u0000","division":"\\u0000","members":[{"name":"\\u0000"}]}]}',
    b'{"year":1e400}',
    b'{"year":NaN,"total":Infinity}',
    b'{"year":' + b"9" * 5000 + b"}",
    b'{"year":' + b"9" * 400 + b',"enrolled":true}',
    b'{"total":"1e999999999"}',
    b'{"total":"' + b"9" * 3000 + b'"}',
    b'{"rows":' + b"[" * 3000 + b"]" * 3000 + b"}",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"id_number":{"$gt":""}}',
    b'{"id_number":["990777195101010019"]}',
    b'{"year":2026,"year":2027}',
    b'{"__proto__":{},"constructor":1}',
    b'{"since":"0000-00-00","state":"registered","reason":"x"}',
    b'{"kind":"01","occurred_on":"9999-12-31","member_id":"00000000-0000-0000-0000-000000000000"}',
    b'{"kind":"' + b"x" * 2000 + b'"}',
    b'{"content":"code,name\\n\\u0000,x"}',
    b'{"area":"000000000000","year":2026,"value":{"a":[[[[1]]]]},"reason":"x","source":"y"}',
    b"grant_type=password&username=%00&password=%ff",
    b"grant_type=client_credentials&client_id=" + b"x" * 5000 + b"&client_secret=%00",
)
KINDS = (b"application/json", b"application/json; charset=utf-16", b"application/x-www-form-urlencoded", b"", b"\xff")
METHODS = (b"GET", b"POST", b"PUT", b"PATCH", b"DELETE", b"HEAD", b"OPTIONS", b"TRACE", b"PROPFIND", b"G\xc3\xa9T")
HEADERS = (
    b"Idempotency-Key: " + b"k" * 3000,
    b"Idempotency-Key: \xff\xfe",
    b"Idempotency-Key: ",
    b"If-Match: \xff",
    b'If-Match: "99999999999999999999999999"',
    b"If-None-Match: " + b'"a",' * 500,
    b"Last-Event-ID: 99999999999999999999999999999",
    b"Accept-Language: " + b"x;q=9," * 300,
    b"Accept-Language: \xff",
    b"traceparent: 00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01",
    b"X-Request-Id: \xff\x01",
    b"Yihu-Deadline: -1",
    b"Connection: authorization",
    b"Expect: 100-continue",
    b"Transfer-Encoding: gzip, identity",
    b"Content-Length: x",
    b"Content-Length: -1",
    b"Cookie: " + b"a" * 5000,
)


async def status_line(port: int, request: bytes, *, seconds: float = 20.0) -> int:
    """The status of the first answer; 0 when the server closes the connection without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(seconds):
            line = await reader.readline()
        return int(line.split()[1]) if line.startswith(b"HTTP/1.") else 0
    except ConnectionError:
        return 0
    finally:
        writer.close()


def request(method: bytes, target: bytes, token: str, *, body: bytes | None, kind: bytes, extra: bytes = b"") -> bytes:
    lines = [method + b" " + target + b" HTTP/1.1", b"Host: localhost", b"Connection: close"]
    lines.append(b"Authorization: Bearer " + token.encode())
    if body is not None:
        lines += [b"Content-Type: " + kind, b"Content-Length: %d" % len(body)]
    if extra:
        lines.append(extra)
    return b"\r\n".join([*lines, b"", b""]) + (body or b"")


def chosen(rolls: random.Random, token: str, count: int) -> Iterator[bytes]:
    for number in range(count):
        path = rolls.choice(PATHS).encode() if rolls.random() < 0.7 else rolls.choice(ODD_PATHS)
        if rolls.random() < 0.4:
            path += b"?" + rolls.choice(QUERIES)
        body = rolls.choice(BODIES) if rolls.random() < 0.7 else None
        method = b"POST" if number % 2 and body is not None else rolls.choice(METHODS)
        extra = rolls.choice(HEADERS) if rolls.random() < 0.3 else b""
        yield request(method, path, token, body=body, kind=rolls.choice(KINDS), extra=extra)


class TestJunk:
    @pytest.mark.parametrize("seed", range(4))
    async def test_random_requests_never_cause_an_error_of_ours(self, system: System, seed: int) -> None:
        rolls = random.Random(seed)  # noqa: S311 - repeatable, not secret
        token = await (system.office if seed % 2 else system.health).token()
        await self._send(system, list(chosen(rolls, token, 150)))

    async def test_every_body_at_every_writing_route(self, system: System) -> None:
        tokens = [await system.office.token(), await system.health.token()]
        requests = [
            request(method, path.encode(), tokens["/health/" in path], body=body, kind=b"application/json")
            for path in PATHS
            for body in BODIES
            for method in ((b"PUT",) if path.endswith("poverty_line") else (b"POST",))
        ]
        await self._send(system, requests)

    async def test_every_query_at_every_reading_route(self, system: System) -> None:
        token = await system.office.token()
        requests = [
            request(b"GET", path.encode() + b"?" + query, token, body=None, kind=b"")
            for path in PATHS
            if path != "/api/v1/changes"
            for query in QUERIES
        ]
        await self._send(system, requests)

    async def test_every_odd_path(self, system: System) -> None:
        token = await system.office.token()
        await self._send(
            system,
            [request(method, path, token, body=None, kind=b"") for path in ODD_PATHS for method in (b"GET", b"POST")],
        )

    async def test_broken_framing_harms_nobody(self, system: System) -> None:
        for raw in (
            b"",
            b"\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"\x16\x03\x01\x02\x00",
            b"A" * 70_000,
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", system.port)
            writer.write(raw)
            writer.write_eof()
            async with asyncio.timeout(20):
                answer = await reader.read(20)
            assert not answer.startswith(b"HTTP/1.1 5")
            writer.close()
        assert await system.is_ready()

    async def test_a_text_with_a_nul_in_a_sound_record_is_refused(self, system: System) -> None:
        content = {
            "bill_number": "A\0B",
            "kind": "inpatient",
            "settled_on": "2026-01-01",
            "total": "1",
            "self_paid": "1",
        }
        answer = await system.health.post(BILLS, {**content, "id_number": new_id_number()})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/bill_number"

    async def _send(self, system: System, requests: list[bytes]) -> None:
        places = asyncio.Semaphore(16)
        failed: list[str] = []

        async def one(raw: bytes) -> None:
            async with places:
                try:
                    status = await status_line(system.port, raw)
                except TimeoutError:
                    failed.append(f"no answer: {raw[:300]!r} ... {raw[-100:]!r}")
                    return
            # 503 and 504 are refusals too, but nothing here is down or slow.
            if status >= 500:
                head, _, body = raw.partition(b"\r\n\r\n")
                first, *rest = head.split(b"\r\n")
                shown = [
                    line for line in rest if not line.startswith((b"Authorization", b"Host", b"Connection: close"))
                ]
                failed.append(f"{status}: {first[:200]!r} {shown!r} {body[:200]!r}")

        await asyncio.gather(*(one(raw) for raw in requests))
        assert not failed, f"{len(failed)} failed:\n" + "\n".join(failed[:20])
        assert await system.is_ready()
