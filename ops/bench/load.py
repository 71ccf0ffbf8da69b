"""A load of HTTP/1.1 requests over kept connections, light enough to leave the machine to the servers."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


class UnexpectedAnswerError(Exception):
    """A server answered with another status than the load expects, or closed the connection."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        """The header of this name, in lower case as servers on uvicorn send it."""
        start = self.head.lower().find(f"\r\n{name}: ".encode())
        if start < 0:
            return None
        start += len(name) + 4
        return self.head[start : self.head.index(b"\r\n", start)].decode()


class Connection(asyncio.Protocol):
    """One connection that carries one request after the other."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def open(cls, host: str, port: int) -> "Connection":
        _, connection = await asyncio.get_running_loop().create_connection(cls, host, port)
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker: TCP gives one
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(_HEAD_END)
        if head_end < 0 or self._answer is None:
            return
        head = bytes(self._buffer[: head_end + 2])
        start = head.lower().find(_LENGTH)
        length = 0 if start < 0 else int(head[start + len(_LENGTH) : head.index(b"\r\n", start)])
        if len(self._buffer) < head_end + len(_HEAD_END) + length:
            return
        body = bytes(self._buffer[head_end + len(_HEAD_END) :])
        self._buffer.clear()
        answer, self._answer = self._answer, None
        answer.set_result(Answer(int(head[9:12]), head, body))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(UnexpectedAnswerError("the server closed the connection"))

    async def send(self, request: bytes) -> Answer:
        assert self._transport is not None  # noqa: S101 - for the type checker: `open` connected it
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


@dataclass(slots=True)
class Measured:
    """What a load achieved: requests, the seconds they took together, and each one's own time."""

    requests: int
    seconds: float
    times: list[float] = field(repr=False)

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    def percentile(self, percent: float) -> float:
        """Milliseconds within which this share of the requests was answered."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


def request(
    method: str,
    path: str,
    *,
    host: str,
    token: str | None = None,
    body: bytes | None = None,
    headers: Sequence[str] = (),
) -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


async def run_load(
    host: str,
    port: int,
    *,
    clients: int,
    seconds: float,
    make: Callable[[int], bytes],
    accept: Callable[[Answer], bool] = lambda answer: answer.status in (200, 201),
) -> Measured:
    """Send what `make(n)` gives for n = 0, 1, 2 … from so many clients at once, for so long.

    Raises UnexpectedAnswerError for an answer that is not accepted: a fast refusal is no speed.
    """
    times: list[float] = []
    number = 0
    connections = [await Connection.open(host, port) for _ in range(clients)]
    began = time.perf_counter()
    end = began + seconds

    async def client(connection: Connection) -> None:
        nonlocal number
        while (sent := time.perf_counter()) < end:
            number += 1
            answer = await connection.send(make(number - 1))
            times.append(time.perf_counter() - sent)
            if not accept(answer):
                raise UnexpectedAnswerError(f"{answer.status}: {answer.body[:300].decode(errors='replace')}")

    try:
        await asyncio.gather(*(client(connection) for connection in connections))
        return Measured(len(times), time.perf_counter() - began, times)
    finally:
        for connection in connections:
            connection.close()
