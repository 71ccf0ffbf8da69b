"""A long poll on a JetStream consumer: messages come the moment they are stored, and silence is noticed.

The client library's own `fetch` asks anew for every batch and cannot tell a quiet stream from a dead line; here
requests stay open while a batch is worked on, what has arrived is taken at once, and missing heartbeats are a break.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Self

import nats.errors
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

_ACKNOWLEDGEMENT = "$JS.ACK."
_NANOSECONDS = 1_000_000_000
_HEARTBEAT, _EXPIRED, _NOTHING, _CONFLICT = "100", "408", "404", "409"


class PullBroken(ConnectionError):  # noqa: N818 - named as a state, like every refusal of this system
    """Nothing is heard of the consumer any more, or it is gone: make it again and pull anew."""


class Puller:
    """Keeps up to `batch` messages on order from one consumer."""

    def __init__(self, client: Client, *, batch: int, expires_seconds: float, heartbeat_seconds: float) -> None:
        self._client = client
        self._batch = batch
        self._expires = expires_seconds
        self._heartbeat = heartbeat_seconds
        self._inbox = client.new_inbox()
        self._subject = ""
        self._subscription: Subscription | None = None
        self._arrived: deque[Msg] = deque()
        self._on_order = 0
        self._heard = asyncio.Event()
        self._broken: str | None = None
        self.last_heard = time.monotonic()

    @classmethod
    async def open(
        cls,
        client: Client,
        *,
        stream: str,
        consumer: str,
        batch: int,
        expires_seconds: float = 30.0,
        heartbeat_seconds: float = 2.0,
    ) -> Self:
        """Begin to pull from an existing consumer."""
        puller = cls(client, batch=batch, expires_seconds=expires_seconds, heartbeat_seconds=heartbeat_seconds)
        puller._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        puller._subscription = await client.subscribe(puller._inbox, cb=puller._receive)
        return puller

    async def close(self) -> None:
        if self._subscription is not None and not self._client.is_closed:
            await self._subscription.unsubscribe()

    @property
    def waiting(self) -> Sequence[Msg]:
        """What has arrived and has not been taken yet."""
        return self._arrived

    async def take(self) -> list[Msg]:
        """Wait for at least one message and take what is there, up to a batch. Raises PullBroken."""
        while True:
            if self._broken is None and self._client.is_connected:
                await self._order()
            if self._arrived:
                # Also after a break: their acknowledgements go out with the next connection.
                count = min(len(self._arrived), self._batch)
                return [self._arrived.popleft() for _ in range(count)]
            self._raise_if_broken()
            self._heard.clear()
            try:
                # Not wait_for: in Python 3.11 it forgets a cancellation that comes together with a message.
                async with asyncio.timeout(self._heartbeat * 2 + 1):
                    await self._heard.wait()
            except TimeoutError as error:
                raise PullBroken("no heartbeat") from error

    async def _order(self) -> None:
        """Keep the order book full, in few requests."""
        missing = self._batch - self._on_order - len(self._arrived)
        if missing * 2 < self._batch:
            return
        request = {
            "batch": missing,
            "expires": int(self._expires * _NANOSECONDS),
            "idle_heartbeat": int(self._heartbeat * _NANOSECONDS),
        }
        try:
            await self._client.publish(self._subject, orjson.dumps(request), reply=self._inbox)
        except nats.errors.Error as error:
            raise PullBroken(type(error).__name__) from error
        self._on_order += missing

    def _raise_if_broken(self) -> None:
        if self._broken is None and not self._client.is_connected:
            self._broken = "connection lost"
        if self._broken is not None:
            raise PullBroken(self._broken)

    async def _receive(self, message: Msg) -> None:
        self.last_heard = time.monotonic()
        if message.reply.startswith(_ACKNOWLEDGEMENT):
            self._on_order = max(0, self._on_order - 1)
            self._arrived.append(message)
        else:
            self._read_status(message)
        self._heard.set()

    def _read_status(self, message: Msg) -> None:
        headers = message.headers or {}
        status = headers.get("Status")
        if status == _HEARTBEAT:
            return
        if status in (_EXPIRED, _NOTHING, _CONFLICT) and "Nats-Pending-Messages" in headers:
            # The request is over; what it still asked for is no longer on order.
            self._on_order = max(0, self._on_order - int(headers["Nats-Pending-Messages"]))
            return
        self._broken = headers.get("Description") or f"status {status}"
