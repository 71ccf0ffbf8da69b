"""Publishing `status.changed` as the registry does, and waiting for the gateway to hear."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import orjson

from shared.snapshots.connection import NatsConnection
from shared.snapshots.events import STATUS_CHANGED, cloud_event
from shared.snapshots.streams import STATUS_CHANGED_SUBJECT
from tests.services.gateway.stage import VILLAGE, Running


class Announcer:
    """Publishes `status.changed` as the registry does."""

    def __init__(self, nats: NatsConnection) -> None:
        self._nats = nats

    async def announce(self, household: UUID | str, version: int, *, division: str = VILLAGE, **told: object) -> int:
        """Returns the place in the stream."""
        data = orjson.dumps({"household_id": str(household), "version": version, "division": division, **told})
        event = cloud_event(
            source="registry",
            type=STATUS_CHANGED,
            subject=str(household),
            version=version,
            data=data,
            time=datetime.now(UTC),
        )
        stored = await (await self._nats.jetstream()).publish(STATUS_CHANGED_SUBJECT, event)
        return stored.seq


async def until_feed_is_live(gateway: Running, *, live: bool = True) -> None:
    """Waits until the gateway says that its feed is up (or down)."""
    async with asyncio.timeout(30):
        while (await gateway.client.get("/healthz")).json()["feed"] is not live:  # noqa: ASYNC110 - another side's state
            await asyncio.sleep(0.02)


async def until_heard(gateway: Running, sequence: int) -> None:
    """Waits until the gateway has heard of the change at this place in the stream."""
    async with asyncio.timeout(30):
        while (await gateway.client.get("/healthz")).json()["feed_position"] < sequence:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
