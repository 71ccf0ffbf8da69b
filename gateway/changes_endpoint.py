"""`GET /api/v1/changes`: server-sent events of the statuses that change in the caller's area.

`id` is the place in the stream: a client that comes again with `Last-Event-ID` (or `?after=`) misses nothing. An event
`reset` says that older changes are no longer kept: read the statuses again, then go on from its id.
"""

import asyncio
import base64
import contextlib
from collections import Counter
from time import time
from typing import Literal

import orjson
from prometheus_client import Counter as Metric
from prometheus_client import Gauge
from starlette.requests import HTTPConnection

from gateway.changes import Change, Changes, Subscription
from gateway.incoming import Incoming
from gateway.problems import FeedDown, TooManyStreams
from shared.auth.principal import Principal
from shared.database import Scope
from shared.records.filters import parse_division_prefix
from shared.service.problems import FieldError, InvalidParameter, MethodNotAllowed, OutOfArea
from shared.service.strict import check_query

PATH = "/api/v1/changes"
READ_SCOPE = "changes:read"
PARAMETERS = ("after", "division")

_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
_LAST_WORD_SECONDS = 1.0

_STREAMS = Gauge("yihu_gateway_change_streams", "Live feeds open")
_ENDED = Metric("yihu_gateway_change_streams_ended_total", "Live feeds ended, by reason", ["reason"])
_SENT = Metric("yihu_gateway_changes_sent_total", "Changes sent to readers")


class ChangesEndpoint:
    """Answers one request with a stream that ends when the token expires, the reader is too slow, or we stop."""

    def __init__(
        self,
        changes: Changes,
        *,
        per_principal: int,
        heartbeat_seconds: float,
        retry_milliseconds: int,
    ) -> None:
        self._changes = changes
        self._per_principal = per_principal
        self._heartbeat_seconds = heartbeat_seconds
        self._retry_milliseconds = retry_milliseconds
        self._open: Counter[str] = Counter()

    async def serve(self, incoming: Incoming, principal: Principal, *, token: str) -> None:
        """Streams until something ends it. Raises Problems before the first byte."""
        if incoming.method != "GET":
            raise MethodNotAllowed(params={"allow": "GET"})
        principal.require(READ_SCOPE)
        after, scope = _asked(incoming, principal)
        if not self._changes.is_live:
            raise FeedDown
        if self._open[principal.subject] >= self._per_principal:
            raise TooManyStreams(params={"limit": self._per_principal}, retry_after=5)
        self._open[principal.subject] += 1
        subscription = self._changes.subscribe(scope)
        _STREAMS.inc()
        try:
            await incoming.start(200, [*_HEADERS, (b"x-request-id", incoming.request_id)])
            reason = await self._stream(incoming, subscription, scope, after, expires=_expiry(token))
            _ENDED.labels(reason=reason).inc()
        finally:
            _STREAMS.dec()
            self._changes.unsubscribe(subscription)
            self._open[principal.subject] -= 1
            if not self._open[principal.subject]:
                del self._open[principal.subject]

    async def _stream(
        self, incoming: Incoming, subscription: Subscription, scope: Scope, after: int | None, *, expires: float
    ) -> str:
        """Runs writer and watchers side by side; says what ended the stream."""
        writer = asyncio.create_task(self._write(incoming, subscription, scope, after))
        gone = asyncio.create_task(_client_gone(incoming))
        ended = asyncio.create_task(subscription.ended.wait())
        tasks: set[asyncio.Task[None] | asyncio.Task[Literal[True]]] = {writer, gone, ended}
        try:
            await asyncio.wait(tasks, timeout=max(0.0, expires - time()), return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                return "client"
            # The writer ends by itself only when the stream's history could not be read.
            reason = subscription.end_reason if ended.done() else "history" if writer.done() else "expired"
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        # A reader that takes nothing any more would hold us here; without this last word the connection is cut.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORD_SECONDS):
                await incoming.body(f": {reason}\n\n".encode())
        return reason

    async def _write(self, incoming: Incoming, subscription: Subscription, scope: Scope, after: int | None) -> None:
        now_at = subscription.after
        await incoming.body(b"retry: %d\n\n" % self._retry_milliseconds, more=True)
        if after is not None and after > now_at:
            # An id of a stream that has been made anew since: what it stood for is not known any more.
            await incoming.body(_event(Change(now_at, "", 0, (), b"", gap=True), scope), more=True)
        elif after is not None:
            async for change in self._changes.between(after, now_at):
                if change.gap or change.is_visible(scope):
                    await incoming.body(_event(change, scope), more=True)
        await incoming.body(b"id: %d\n\n" % now_at, more=True)
        while True:
            try:
                async with asyncio.timeout(self._heartbeat_seconds):
                    taken = await subscription.take()
            except TimeoutError:
                # The id moves past changes that were not for this reader; it must not pass any that still wait.
                position = b"id: %d\n" % self._changes.last_sequence if subscription.is_idle else b""
                await incoming.body(b": heartbeat\n%b\n" % position, more=True)
                continue
            _SENT.inc(len(taken))
            await incoming.body(b"".join(_event(change, scope) for change in taken), more=True)


def _event(change: Change, scope: Scope) -> bytes:
    text = b""
    if change.gap:
        data = orjson.dumps({"resume_from": change.sequence})
        text = b"id: %d\nevent: reset\ndata: %b\n\n" % (change.sequence, data)
    if change.household and change.is_visible(scope):
        text += b"id: %d\nevent: status.changed\ndata: %b\n\n" % (change.sequence, change.data_for(scope))
    return text


async def _client_gone(incoming: Incoming) -> None:
    while (await incoming.receive())["type"] != "http.disconnect":
        pass


def _asked(incoming: Incoming, principal: Principal) -> tuple[int | None, Scope]:
    """Where to resume (None: from now on), and the part of the caller's area that is asked for."""
    query = HTTPConnection(incoming.scope)
    check_query(query, PARAMETERS)
    given = dict(query.query_params)
    header = incoming.headers.get(b"last-event-id", b"").decode("latin-1").strip()
    # The header is the later word: a browser repeats the address it was given, and adds what it has read since.
    after = _sequence(header, "header:last-event-id") if header else None
    if after is None and "after" in given:
        after = _sequence(given["after"], "query:after")
    return after, _narrowed(principal, given.get("division"))


def _narrowed(principal: Principal, division: str | None) -> Scope:
    if division is None:
        return principal.scope
    scope = principal.scope.narrowed(parse_division_prefix(division))
    if not scope.prefixes:
        raise OutOfArea
    return scope


def _sequence(text: str, pointer: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise InvalidParameter(errors=[FieldError(pointer, "invalid_value")])
    return int(text)


def _expiry(token: str) -> float:
    """When the token, verified already, expires: seconds since 1970."""
    claims = token.split(".")[1]
    content = orjson.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return float(content["exp"])
