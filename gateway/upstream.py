"""One service behind the gateway: its address, its places, and one exchange with it."""

import asyncio
import io
from dataclasses import dataclass
from time import monotonic

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from gateway.problems import UpstreamBusy, UpstreamDown, UpstreamInterrupted, UpstreamTimeout
from gateway.slots import NoSlotError, Slots
from shared.service.problems import BadRequest

SAFE_METHODS = frozenset({"GET", "HEAD"})
_RECONNECT_SECONDS = 0.05
_LARGE_BYTES = 256 * 1024


@dataclass(slots=True)
class Answer:
    """A response of which the first piece is at hand; `complete` when that piece is all."""

    response: aiohttp.ClientResponse
    first: bytes
    complete: bool


class Upstream:
    """The service `name`; `slots` keeps its slowness from becoming that of others."""

    def __init__(self, name: str, base_url: str, *, session: aiohttp.ClientSession, slots: Slots) -> None:
        self.name = name
        self.base_url = base_url
        self.base_url_bytes = base_url.encode()
        self.slots = slots
        self._session = session

    async def exchange(
        self,
        method: str,
        target: str,
        *,
        headers: CIMultiDict[str],
        body: bytes | None,
        until: float,
    ) -> Answer:
        """Sends the request and returns the answer with its first piece; the caller releases `answer.response`.

        `target` is path and query as they go over the wire; `until` is monotonic seconds. A request that was never sent
        is tried once more; one that was sent only if its method is safe. Raises UpstreamDown, UpstreamInterrupted or
        UpstreamTimeout.
        """
        url = URL(self.base_url + target, encoded=True)
        retried, began = False, monotonic()
        while True:
            try:
                async with asyncio.timeout(until - monotonic()):
                    return await self._send(method, url, headers=headers, body=body)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
                if retried:
                    raise UpstreamDown(params={"service": self.name}) from None
                await asyncio.sleep(min(_RECONNECT_SECONDS, max(0.0, until - monotonic())))
            except TimeoutError:
                raise self._timeout(began) from None
            except (aiohttp.ClientError, ConnectionError) as error:
                if isinstance(error, aiohttp.InvalidURL):
                    raise BadRequest from None
                if retried or method not in SAFE_METHODS:
                    raise UpstreamInterrupted(params={"service": self.name}) from None
            if monotonic() >= until:
                raise self._timeout(began)
            retried = True

    async def take_slot(self, *, wait_seconds: float) -> None:
        """Takes one of the service's places; raises UpstreamBusy. `slots.give()` returns it."""
        try:
            await self.slots.take(wait_seconds=wait_seconds)
        except NoSlotError:
            raise UpstreamBusy(params={"service": self.name}) from None

    async def _send(self, method: str, url: URL, *, headers: CIMultiDict[str], body: bytes | None) -> Answer:
        # A large body is sent piece by piece, so that it does not hold the event loop.
        data = io.BytesIO(body) if body is not None and len(body) > _LARGE_BYTES else body
        response = await self._session.request(method, url, headers=headers, data=data, allow_redirects=False)
        try:
            first = await response.content.readany()
            return Answer(response, first, response.content.at_eof())
        except BaseException:
            response.close()
            raise

    def _timeout(self, began: float) -> UpstreamTimeout:
        return UpstreamTimeout(params={"service": self.name, "seconds": round(monotonic() - began)}, retry_after=1)


def open_session(*, connect_seconds: float, keep_alive_seconds: float) -> aiohttp.ClientSession:
    """The one client session of the process; needs a running event loop.

    The number of connections is limited by the slots of each upstream, not here, and times by `exchange` and by who
    reads on: a timer of the session's own for every read would cost a tenth of a request.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=keep_alive_seconds),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers={"User-Agent", "Accept", "Accept-Encoding", "Content-Type"},
    )
