"""One connection to NATS that never gives up: made in the background, and made again whenever it ends."""

import asyncio
import contextlib
import logging
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.cancellation import end
from shared.snapshots.streams import StreamSettings, ensure_streams

_logger = logging.getLogger(__name__)

_RETRY_SECONDS = 0.25
_CLOSE_SECONDS = 2.0
_PENDING_BYTES = 16 * 1024 * 1024


def inbox_prefix(url: str) -> str:
    """Where a user's answers arrive: `_INBOX.<user>`, so that NATS can keep others from listening there."""
    user = urlsplit(url.partition(",")[0]).username
    return f"_INBOX.{user}" if user else "_INBOX"


class NatsUnavailable(ConnectionError):  # noqa: N818 - named as a state, like every refusal of this system
    """NATS cannot be reached now. What waits in an outbox waits on."""


class NatsConnection:
    """Connects in the background and for ever; a service starts, and takes writes, while NATS is down.

    The client library reconnects by itself after a broken line, but closes for good after an error of the protocol or
    of the sign-in: then a new client is made. Whoever holds subscriptions asks for `client()` again when one ends.
    """

    def __init__(self, url: str, *, name: str, streams: StreamSettings | None) -> None:
        self.url = url
        self.name = name
        self._streams = streams
        self._client: Client | None = None
        self._changed = asyncio.Condition()
        self._task = asyncio.create_task(self._keep(), name=f"nats-{name}")
        self._closing = False

    @property
    def connected(self) -> bool:
        return self._client is not None and self._client.is_connected

    async def client(self) -> Client:
        """The connected client, waited for as long as it takes."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.connected or self._closing)
        return self.client_now()

    def client_now(self) -> Client:
        """The connected client. Raises NatsUnavailable."""
        client = self._client
        if client is None or not client.is_connected:
            raise NatsUnavailable(f"no connection to NATS as {self.name}")
        return client

    async def jetstream(self, *, timeout_seconds: float = 5.0) -> JetStreamContext:
        """The JetStream face of the connected client, waited for."""
        return (await self.client()).jetstream(timeout=timeout_seconds)

    async def close(self) -> None:
        """End the connection and the attempts to make one."""
        self._closing = True
        await self._announce()
        await end([self._task])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _announce(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _keep(self) -> None:
        # Looked at anew at each turn: on Python 3.11 the client library can lose a cancellation while it connects.
        while not self._closing:
            client, ended = Client(), asyncio.Event()
            try:
                await self._connect(client, ended)
                self._client = client
                _logger.info("connected to NATS")
                await self._announce()
                if self._closing:
                    return
                await ended.wait()
                _logger.warning("connection to NATS closed by an error; making a new one: %s", client.last_error)
            except Exception as error:  # noqa: BLE001 - whatever it was, the connection has to come back
                _logger.warning("NATS cannot be reached: %s", error)
            finally:
                self._client = None
                await _close(client)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _connect(self, client: Client, ended: asyncio.Event) -> None:
        async def on_error(error: Exception) -> None:
            _logger.debug("NATS: %s", error)

        async def on_closed() -> None:
            ended.set()
            await self._announce()

        async def on_reconnected() -> None:
            await self._make_streams(client)
            await self._announce()

        await client.connect(
            servers=self.url.split(","),
            name=self.name,
            error_cb=on_error,
            closed_cb=on_closed,
            disconnected_cb=self._announce,
            reconnected_cb=on_reconnected,
            max_reconnect_attempts=-1,
            reconnect_time_wait=_RETRY_SECONDS,  # type: ignore[arg-type]  # declared int, but only slept on
            connect_timeout=2,
            ping_interval=5,
            max_outstanding_pings=2,
            pending_size=_PENDING_BYTES,
            inbox_prefix=inbox_prefix(self.url),
        )
        await self._make_streams(client)

    async def _make_streams(self, client: Client) -> None:
        if self._streams is None:
            return
        try:
            await ensure_streams(client.jetstream(), self._streams)
        except nats.errors.TimeoutError:
            # What a service may not ask for, NATS does not answer: the streams are another's to make.
            _logger.info("the streams are not there yet")
        except (OSError, nats.errors.Error) as error:
            # They may exist all the same, made by a service that may; publishing and consuming will tell.
            _logger.warning("streams could not be made: %s", error)


async def _close(client: Client) -> None:
    """Close the client and its line, also when the server takes nothing more or the closing is itself cancelled."""
    try:
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await client.close()
    finally:
        # A client that an error of the protocol is closing, or whose closing was cut short, calls itself closed
        # before it has let go of its line.
        if client._transport is not None:
            client._transport.close()  # type: ignore[no-untyped-call]  # the library has no types here


_DEFAULT_STREAMS = StreamSettings()


def connect(url: str, *, name: str, streams: StreamSettings | None = _DEFAULT_STREAMS) -> NatsConnection:
    """Begin to connect (several servers: comma-separated) and return at once; needs a running event loop.

    The streams are made, with these settings, as soon as NATS is there; None leaves them alone.
    """
    return NatsConnection(url, name=name, streams=streams)
