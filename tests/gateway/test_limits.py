"""What one caller may take: so many requests, so large a body, so much time."""

import asyncio
import contextlib
import http.client
import time
from collections.abc import AsyncIterator

import pytest

from tests.gateway.families import BILLS, ENROLMENTS
from tests.gateway.system import System, is_problem


class TestRateLimit:
    async def test_a_person_who_asks_too_fast_is_told_when_to_come_again(self, system: System) -> None:
        """Many requests in one breath on a few connections: more than any client could send one by one."""
        token = await system.auditor.token()
        one = f"GET /api/v1/changes?after=x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()

        async def burst() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", system.port)
            writer.write(one * 1000 + one.replace(b"Host: x", b"Host: x\r\nConnection: close"))
            try:
                async with asyncio.timeout(60):
                    return await reader.read()
            finally:
                writer.close()

        answers = b"".join(await asyncio.gather(burst(), burst()))
        assert b"HTTP/1.1 400" in answers
        refused = answers.partition(b"HTTP/1.1 429")[2].partition(b"HTTP/1.1")[0].lower()
        assert b"retry-after: " in refused
        assert b"application/problem+json" in refused
        assert b"ratelimit: " in refused
        # Who asks slowly is not touched by another's haste.
        assert (await system.mobile.get("/api/v1/statuses?limit=1")).status_code == 200

    async def test_guessing_secrets_is_slowed_down(self, system: System) -> None:
        form = {"grant_type": "password", "username": "nobody-at-all", "password": "x"}
        answers = [await system.client.post("/api/v1/oauth/token", data=form) for _ in range(15)]
        assert {answer.status_code for answer in answers} <= {400, 401, 429}
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert await system.mobile.token()


class TestSize:
    async def test_a_body_too_large_is_413(self, system: System) -> None:
        large = b'{"rows":[' + b" " * (9 * 1024 * 1024) + b"]}"
        answer = await system.health.send("POST", f"{ENROLMENTS}:batch", body=large)
        assert answer.status_code == 413
        assert is_problem(answer)
        assert await system.is_ready()

    async def test_who_sends_all_before_listening_is_told_too(self, system: System) -> None:
        headers = {"Authorization": f"Bearer {await system.health.token()}", "Connection": "close"}

        def send() -> int:
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", system.port, timeout=30)) as connection:
                connection.request("POST", BILLS, body=b" " * (9 * 1024 * 1024), headers=headers)
                with connection.getresponse() as answer:
                    return answer.status

        assert await asyncio.to_thread(send) == 413

    async def test_a_body_of_unsaid_length_is_cut_off_at_the_same_limit(self, system: System) -> None:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(90):
                yield b" " * 100_000

        headers = {"Authorization": f"Bearer {await system.health.token()}", "Content-Type": "application/json"}
        answer = await system.client.post(BILLS, content=parts(), headers=headers)
        assert answer.status_code == 413
        assert await system.is_ready()


class TestTime:
    @pytest.mark.req("M45")
    async def test_bodies_that_never_come_do_not_lock_others_out(self, system: System) -> None:
        token = await system.health.token()
        head = (
            f"POST {BILLS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
        ).encode()
        connections = [await asyncio.open_connection("127.0.0.1", system.port) for _ in range(200)]
        try:
            for _, writer in connections:
                writer.write(head)
            await asyncio.gather(*(writer.drain() for _, writer in connections))
            began = time.monotonic()
            answer = await system.office.get(f"{BILLS}?limit=1")
            assert answer.status_code == 200, f"after {time.monotonic() - began:.1f} s: {answer.text}"
        finally:
            for _, writer in connections:
                writer.close()
