"""One household's status: from memory where that is right, from the registry where it is not; always with texts."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection
from time import monotonic
from typing import Protocol

import aiohttp
from multidict import CIMultiDict

from gateway.headers import NO_SNIFFING, client_headers, guarded, upstream_headers
from gateway.incoming import Header, Incoming
from gateway.problems import StatusBehind, UpstreamBusy, UpstreamInterrupted
from gateway.proxy import target_of
from gateway.render import Texts, render_status
from gateway.slots import NoSlotError, Slots
from gateway.status_cache import Entry, Fill, StatusCache
from gateway.status_metrics import BYPASS, HIT, MISS
from gateway.status_query import StatusQuery, household_of, parse_status_query, parse_versions
from gateway.upstream import Upstream
from shared.auth.principal import Principal
from shared.clock import Clock
from shared.codes.label import Language
from shared.service.problems import FieldError, InvalidParameter

READ_SCOPE = "status:read"
_BEHIND_SECONDS = 1.0
_BEHIND_PAUSE_SECONDS = 0.02
_NOT_FOR_REGISTRY = ("If-None-Match", "If-Modified-Since", "Range", "If-Range", "Accept-Encoding")
_REPLACED = frozenset(
    {b"content-type", b"content-length", b"content-language", b"etag", b"vary", b"cache-control", b"age"}
)
_JSON = b"application/json"


class Feed(Protocol):
    """How the feed of changes stands (`shared.snapshots.live.LiveFeed`)."""

    @property
    def connected(self) -> bool: ...
    @property
    def breaks(self) -> int: ...


class StatusEndpoint:
    """Answers status reads. A hit costs no look at the registry, and is given only to callers whose area covers it."""

    def __init__(
        self,
        cache: StatusCache,
        feed: Feed,
        texts: Texts,
        registry: Upstream,
        *,
        clock: Clock,
        read_body: Callable[[Incoming], Awaitable[bytes | None]],
        timeout_seconds: float,
        queue_seconds: float,
        waits: Slots,
        sources: Collection[str],
    ) -> None:
        """`waits`: the places of reads with `at_least`; fewer than the registry's, so that some are left for others.

        `sources`: whose versions may be waited for. The registry would wait even for a name that is none: it hears of a
        department that has just joined by its first facts.
        """
        self._cache = cache
        self._feed = feed
        self._texts = texts
        self._registry = registry
        self._clock = clock
        self._read_body = read_body
        self._timeout_seconds = timeout_seconds
        self._queue_seconds = queue_seconds
        self._waits = waits
        self._sources = frozenset(sources)
        self._filling: dict[tuple[str, str], asyncio.Future[None]] = {}

    async def serve(self, incoming: Incoming, principal: Principal, *, client: str) -> None:
        """Answers the request; raises Problems (403 without the scope, 503 and 504 of the registry)."""
        principal.require(READ_SCOPE)
        query = parse_status_query(incoming.query)
        household = household_of(incoming.path) if incoming.method == "GET" else None
        if query is None or household is None or not self._follow():
            BYPASS.inc()
            await self._ask(incoming, household, query, label=b"bypass", client=client)
            return
        variant = f"{query.view}/{incoming.language}"
        entry = self._cache.get(household, variant, today=self._clock.today(), now=monotonic())
        if entry is None and not query.at_least:
            entry = await self._filled_by_another(household, variant, until=incoming.started_at + self._timeout_seconds)
        if entry is not None and entry.satisfies(query.at_least) and principal.covers(entry.division):
            HIT.inc()
            await _answer(incoming, entry, label=b"hit")
            return
        label = MISS if entry is None and not query.at_least else BYPASS
        label.inc()
        await self._fill(
            incoming, household, variant, query, label=b"miss" if label is MISS else b"bypass", client=client
        )

    def _follow(self) -> bool:
        return self._cache.follow(connected=self._feed.connected, breaks=self._feed.breaks)

    async def _filled_by_another(self, household: str, variant: str, *, until: float) -> Entry | None:
        """What a fill under way brings, if there is one; the caller's right to see it is still to be checked."""
        under_way = self._filling.get((household, variant))
        if under_way is None:
            return None
        await asyncio.wait([under_way], timeout=max(0.0, until - monotonic()))
        if not self._follow():
            return None
        return self._cache.get(household, variant, today=self._clock.today(), now=monotonic())

    async def _fill(
        self, incoming: Incoming, household: str, variant: str, query: StatusQuery, *, label: bytes, client: str
    ) -> None:
        key = (household, variant)
        # Who waits for a version leads nobody: others are content with the status as it is.
        leads = not query.at_least and key not in self._filling
        if leads:
            self._filling[key] = asyncio.get_running_loop().create_future()
        try:
            await self._ask(incoming, household, query, label=label, client=client)
        finally:
            if leads:
                self._filling.pop(key).set_result(None)

    async def _ask(
        self, incoming: Incoming, household: str | None, query: StatusQuery | None, *, label: bytes, client: str
    ) -> None:
        """Asks the registry; reads that may have to wait for a version hold only some of its places at once."""
        if query is None or not query.at_least:
            await self._ask_now(incoming, household, query, label=label, client=client)
            return
        if unknown := query.at_least.keys() - self._sources:
            params = {"sources": ", ".join(sorted(unknown)), "known": ", ".join(sorted(self._sources))}
            raise InvalidParameter(errors=[FieldError("query:at_least", "at_least_source", params)])
        try:
            await self._waits.take(wait_seconds=self._queue_seconds)
        except NoSlotError:
            raise UpstreamBusy(params={"service": self._registry.name}) from None
        try:
            await self._ask_now(incoming, household, query, label=label, client=client)
        finally:
            self._waits.give()

    async def _ask_now(
        self, incoming: Incoming, household: str | None, query: StatusQuery | None, *, label: bytes, client: str
    ) -> None:
        """Asks the registry until its answer is not older than what has been announced, keeps it, gives it out.

        Not kept: the answer for a household not named by its id, or to a query that the registry alone understands.
        """
        until = incoming.started_at + self._timeout_seconds
        patience = monotonic() + _BEHIND_SECONDS
        body_sent = await self._read_body(incoming)
        if not self._registry.slots.take_now():
            await self._registry.take_slot(wait_seconds=self._queue_seconds)
        try:
            while True:
                fill = self._cache.begin(household or "", today=self._clock.today(), now=monotonic())
                try:
                    status, headers, body = await self._read(incoming, body_sent, until=until, client=client)
                    if status != 200 or not _is_json(headers):
                        # Always the same word: whether a household is known here is not for those who may not see it.
                        await incoming.answer(status, [*guarded(headers), (b"yihu-cache", b"bypass")], body)
                        return
                    entry = self._entry(headers, body, language=incoming.language, fill=fill)
                    if household is None or entry.version < 0:
                        break
                    self._follow()
                    if not self._cache.is_behind(fill, entry.version):
                        if query is not None:
                            variant = f"{query.view}/{incoming.language}"
                            self._cache.store(fill, variant, entry, today=self._clock.today())
                        break
                finally:
                    self._cache.end(fill)
                if monotonic() >= patience:
                    raise StatusBehind
                await asyncio.sleep(_BEHIND_PAUSE_SECONDS)
        finally:
            self._registry.slots.give()
        await _answer(incoming, entry, label=label)

    async def _read(
        self, incoming: Incoming, body_sent: bytes | None, *, until: float, client: str
    ) -> tuple[int, list[Header], bytes]:
        headers = upstream_headers(
            incoming, client=client, deadline_milliseconds=max(1, int((until - monotonic()) * 1000))
        )
        _leave_out(headers)
        answer = await self._registry.exchange(
            incoming.method, target_of(incoming), headers=headers, body=body_sent, until=until
        )
        response = answer.response
        try:
            body = answer.first
            if not answer.complete:
                async with asyncio.timeout(max(0.0, until - monotonic())):
                    body += await response.content.read()
        except (aiohttp.ClientError, ConnectionError, TimeoutError):
            raise UpstreamInterrupted(params={"service": self._registry.name}) from None
        finally:
            response.release()
        passed = client_headers(response.raw_headers, base_url=self._registry.base_url_bytes)
        kept = [(name, value) for name, value in passed if name != b"content-length"]
        return response.status, [*kept, (b"content-length", b"%d" % len(body))], body

    def _entry(self, headers: list[Header], raw: bytes, *, language: Language, fill: Fill) -> Entry:
        """The answer as it is given out and kept; `version` is -1 for one that must not be kept."""
        body = render_status(raw, self._texts, language=language)
        etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'.encode()
        given = dict(headers)
        division = given.get(b"yihu-division", b"").decode("latin-1")
        version = given.get(b"yihu-status-version", b"")
        keepable = division != "" and version.isdigit() and len(version) <= 18
        if b"no-store" in given.get(b"cache-control", b""):
            keepable = False
        kept: list[Header] = [
            (name, value) for name, value in headers if name not in _REPLACED and name != b"x-request-id"
        ]
        return Entry(
            body=body,
            etag=etag,
            division=division,
            version=int(version) if keepable else -1,
            sources=parse_versions(given.get(b"yihu-version", b"").decode("latin-1")),
            headers=(
                (b"content-type", _JSON),
                (b"content-length", b"%d" % len(body)),
                (b"content-language", language.encode()),
                (b"etag", etag),
                (b"vary", b"accept-language, authorization"),
                (b"cache-control", b"private, no-cache"),
                NO_SNIFFING,
                *kept,
            ),
            day=fill.day,
            stored_at=monotonic(),
        )


async def _answer(incoming: Incoming, entry: Entry, *, label: bytes) -> None:
    own: list[Header] = [
        (b"yihu-cache", label),
        (b"age", b"%d" % int(monotonic() - entry.stored_at)),
        (b"x-request-id", incoming.request_id),
    ]
    condition = incoming.headers.get(b"if-none-match")
    if condition is not None and incoming.method == "GET" and _matches(condition, entry.etag):
        headers = [header for header in entry.headers if header[0] not in {b"content-type", b"content-length"}]
        await incoming.answer(304, [*headers, *own], b"")
        return
    await incoming.answer(200, [*entry.headers, *own], entry.body)


def _matches(condition: bytes, etag: bytes) -> bool:
    """If-None-Match by weak comparison (RFC 9110, 13.1.2)."""
    if condition.strip() == b"*":
        return True
    return any(part.strip().removeprefix(b"W/") == etag for part in condition.split(b","))


def _leave_out(headers: CIMultiDict[str]) -> None:
    for name in _NOT_FOR_REGISTRY:
        headers.popall(name, None)


def _is_json(headers: list[Header]) -> bool:
    return any(name == b"content-type" and value.split(b";")[0].strip() == _JSON for name, value in headers)
