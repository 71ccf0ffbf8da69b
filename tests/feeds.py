"""Reading the live feed as a client does, event by event."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import orjson

PATH = "/api/v1/changes"
PATIENCE_SECONDS = 60.0
"""Long, for a busy machine: only a test that fails waits so long."""


@dataclass(frozen=True)
class Received:
    """One server-sent event."""

    id: int
    event: str
    data: dict[str, object]


class Stream:
    """An open live feed, read event by event. Blocks without data only move `last_id`."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.last_id: int | None = None
        self._lines = response.aiter_lines()

    async def next(self) -> Received:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await anext(self._events())

    async def opened(self) -> int:
        """Reads until the feed has told where it stands."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in self._lines:
                if line.startswith("id: "):
                    self.last_id = int(line[4:])
                    return self.last_id
        raise AssertionError("the feed ended")

    async def rest(self) -> list[str]:
        async with asyncio.timeout(PATIENCE_SECONDS):
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
                yield Received(int(fields["id"]), fields.get("event", "message"), orjson.loads(fields["data"]))
            fields = {}
        raise AssertionError("the feed ended")
