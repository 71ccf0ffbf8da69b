"""Passing a request on to its service and the answer back, without looking into either."""

import asyncio
from time import monotonic

import aiohttp

from gateway.headers import client_headers, guarded, upstream_headers
from gateway.incoming import Header, Incoming
from gateway.problems import BodyTooSlow
from gateway.upstream import Answer, Upstream
from shared.service.problems import BadRequest, Problem, TooLarge

_LONGEST_LENGTH = 18


class ClientGone(Problem):
    """The client went away before its request was complete; nobody reads the answer."""

    status = 400
    code = "bad-request"


class Proxy:
    """Takes bodies whole, gives answers piece by piece.

    `timeout_seconds` runs until the first byte of the answer, and anew for each further piece.
    """

    def __init__(self, *, timeout_seconds: float, queue_seconds: float, max_body_bytes: int) -> None:
        self._timeout_seconds = timeout_seconds
        self._queue_seconds = queue_seconds
        self._max_body_bytes = max_body_bytes

    async def forward(self, incoming: Incoming, upstream: Upstream, *, client: str) -> None:
        """Answers the request from the upstream; raises a Problem as long as nothing has been answered."""
        # A place is taken only once the body is here: slow clients must not keep a service from all others.
        try:
            body = await self.read_body(incoming)
        except ClientGone:
            return
        if not upstream.slots.take_now():
            await upstream.take_slot(wait_seconds=self._queue_seconds)
        try:
            until = incoming.started_at + self._timeout_seconds
            milliseconds = max(1, int((until - monotonic()) * 1000))
            answer = await upstream.exchange(
                incoming.method,
                target_of(incoming),
                headers=upstream_headers(incoming, client=client, deadline_milliseconds=milliseconds),
                body=body,
                until=until,
            )
            await self._pass_back(answer, incoming, upstream)
        finally:
            upstream.slots.give()

    async def _pass_back(self, answer: Answer, incoming: Incoming, upstream: Upstream) -> None:
        response = answer.response
        try:
            headers = guarded(client_headers(response.raw_headers, base_url=upstream.base_url_bytes))
            if answer.complete:
                if (
                    incoming.method != "HEAD"
                    and not _has(headers, b"content-length")
                    and response.status not in {204, 304}
                ):
                    headers.append((b"content-length", b"%d" % len(answer.first)))
                await incoming.answer(response.status, headers, answer.first)
                return
            await incoming.start(response.status, headers)
            await incoming.body(answer.first, more=True)
            while not response.content.at_eof():
                async with asyncio.timeout(self._timeout_seconds):
                    chunk = await response.content.readany()
                await incoming.body(chunk, more=True)
            await incoming.body(b"")
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            # The answer has begun and cannot be finished: left incomplete, the connection is closed, and the client
            # sees that the rest is missing.
            return
        finally:
            response.release()

    async def read_body(self, incoming: Incoming) -> bytes | None:
        """The request's whole body; raises TooLarge (413), BodyTooSlow (408) or ClientGone."""
        declared = incoming.headers.get(b"content-length")
        if declared is None and b"transfer-encoding" not in incoming.headers:
            return None
        if declared is not None:
            if not declared.isdigit():
                raise BadRequest
            # A number of more digits than any real length is too large without being read as one.
            if len(declared) > _LONGEST_LENGTH or int(declared) > self._max_body_bytes:
                raise TooLarge(params={"limit": self._max_body_bytes})
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._whole(incoming)
        except TimeoutError:
            raise BodyTooSlow(params={"seconds": int(self._timeout_seconds)}) from None

    async def _whole(self, incoming: Incoming) -> bytes:
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await incoming.receive()
            if message["type"] != "http.request":
                raise ClientGone
            part, more = message.get("body", b""), message.get("more_body", False)
            size += len(part)
            if size > self._max_body_bytes:
                raise TooLarge(params={"limit": self._max_body_bytes})
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def target_of(incoming: Incoming) -> str:
    """Path and query as they came over the wire."""
    target = incoming.raw_path.decode("ascii")
    return f"{target}?{incoming.query.decode('latin-1')}" if incoming.query else target


def _has(headers: list[Header], name: bytes) -> bool:
    return any(known == name for known, _ in headers)
