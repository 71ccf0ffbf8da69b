"""The way of every request: is it well formed, whose is it, who is asking, how often; then it is passed on.

Plain ASGI with nothing in between, since all traffic of all departments comes through here. The gateway's own few
resources are an ordinary service (`own`), which also runs the lifespan.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from fastapi import FastAPI
from prometheus_client import Histogram
from starlette.datastructures import State
from starlette.types import Receive, Scope, Send

from gateway.changes_endpoint import PATH as CHANGES_PATH
from gateway.changes_endpoint import ChangesEndpoint
from gateway.docs_page import DOCS_PATH
from gateway.documents import CODES_PATH, OPENAPI_PATH
from gateway.headers import client_address
from gateway.health import PATH as HEALTH_PATH
from gateway.incoming import Incoming
from gateway.oauth import JWKS_PATH, TOKEN_PATH
from gateway.paths import is_plain_path
from gateway.problems import AmbiguousPath, HeadersTooLarge, UnknownPath, UrlTooLong
from gateway.proxy import Proxy
from gateway.rate_limit import Bucket, Buckets, Rate
from gateway.routes import RouteTable
from gateway.settings import GatewaySettings
from gateway.status_endpoint import StatusEndpoint
from gateway.status_query import is_status_request
from gateway.upstream import Upstream
from shared.auth.principal import Kind, Principal
from shared.auth.verifier import TokenVerifier
from shared.service.failures import problem_of
from shared.service.health import LIVE, METRICS, READY
from shared.service.problems import (
    InternalError,
    InvalidParameter,
    MethodNotAllowed,
    Problem,
    TooManyRequests,
    Unauthenticated,
)

logger = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OWN_PATHS = frozenset({LIVE, READY, METRICS, HEALTH_PATH, DOCS_PATH, TOKEN_PATH, JWKS_PATH, OPENAPI_PATH, CODES_PATH})
OWN_PREFIXES = (f"{DOCS_PATH}/", f"{CODES_PATH}/")

_QUERY = re.compile(rb"[!-~]*")
_SCHEME = b"bearer "
_MAX_TOKEN_BYTES = 8192

_SECONDS = Histogram(
    "yihu_gateway_request_seconds",
    "Time from a request's arrival to the end of its answer, by service and class of status",
    ["service", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)


@dataclass(slots=True)
class Running:
    """What the hot path uses while the gateway runs."""

    verifier: TokenVerifier
    upstreams: Mapping[str, Upstream]
    proxy: Proxy
    statuses: StatusEndpoint | None
    changes: ChangesEndpoint


class Gateway:
    """The ASGI application; `running` is set by the lifespan of `own`."""

    def __init__(self, own: FastAPI, settings: GatewaySettings) -> None:
        self.own = own
        self.running: Running | None = None
        self._routes = RouteTable(settings.upstreams)
        self._settings = settings
        self._trusted_proxies = frozenset(settings.trusted_proxies)
        self._buckets = Buckets(limit=settings.rate_limit_callers)
        self._rates: dict[Kind, Rate] = {
            kind: Rate(per_second, max(1.0, per_second * settings.rate_limit_burst_seconds))
            for kind, per_second in _rates(settings).items()
        }
        self._timers = {
            (name, status): _SECONDS.labels(service=name, status=f"{status}xx")
            for name in (*settings.upstreams, "status", "changes", "gateway")
            for status in range(1, 6)
        }

    @property
    def state(self) -> State:
        """The state of the gateway's own application (readiness checks among it)."""
        return self.own.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.own(scope, receive, send)
            elif scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        path: str = scope["path"]
        if (path in OWN_PATHS or path.startswith(OWN_PREFIXES)) and scope["raw_path"] == path.encode():
            await self.own(scope, receive, send)
            return
        incoming = Incoming(scope, receive, send)
        timed_as = "gateway"
        try:
            timed_as = await self._dispatch(incoming)
        except Exception as error:  # noqa: BLE001 - this is the one place that answers for everything on the hot path
            await _refuse(incoming, error)
        finally:
            timer = self._timers.get((timed_as, incoming.status // 100))
            if timer is not None:
                timer.observe(monotonic() - incoming.started_at)

    async def _dispatch(self, incoming: Incoming) -> str:
        """Checks the request and has it answered; says under which name its time is counted."""
        self._check_form(incoming)
        name = None if incoming.path == CHANGES_PATH else self._routes.find(incoming.path)
        if name is None and incoming.path != CHANGES_PATH:
            raise UnknownPath
        running = self.running
        if running is None:
            raise InternalError
        token = _bearer(incoming)
        principal = await running.verifier.verify(token)
        self._limit(incoming, principal)
        if name is None:
            await running.changes.serve(incoming, principal, token=token)
            return "changes"
        client = client_address(
            incoming.peer,
            incoming.headers.get(b"x-forwarded-for", b"").decode("latin-1"),
            trusted_proxies=self._trusted_proxies,
        )
        if running.statuses is not None and is_status_request(incoming.method, incoming.path):
            await running.statuses.serve(incoming, principal, client=client)
            return "status"
        await running.proxy.forward(incoming, running.upstreams[name], client=client)
        return name

    def _check_form(self, incoming: Incoming) -> None:
        settings = self._settings
        if incoming.method not in METHODS:
            raise MethodNotAllowed(params={"allow": ", ".join(sorted(METHODS))})
        if len(incoming.raw_path) + len(incoming.query) > settings.max_url_bytes:
            raise UrlTooLong(params={"limit": settings.max_url_bytes})
        if not is_plain_path(incoming.raw_path):
            raise AmbiguousPath
        if incoming.query and (not _QUERY.fullmatch(incoming.query) or b"#" in incoming.query):
            raise InvalidParameter
        headers = incoming.raw_headers
        if len(headers) > settings.max_header_count or _size(incoming) > settings.max_header_bytes:
            raise HeadersTooLarge(params={"count": settings.max_header_count, "bytes": settings.max_header_bytes})

    def _limit(self, incoming: Incoming, principal: Principal) -> None:
        now = incoming.started_at
        bucket = self._buckets.of(principal.subject, self._rates[principal.kind], now=now)
        taken = bucket.take(now=now)
        incoming.extra = _rate_headers(bucket)
        if not taken:
            raise TooManyRequests(retry_after=bucket.retry_after)


def _rates(settings: GatewaySettings) -> dict[Kind, float]:
    return {
        "system": settings.rate_limit_per_second_system,
        "mobile": settings.rate_limit_per_second_mobile,
        "person": settings.rate_limit_per_second_person,
    }


def _rate_headers(bucket: Bucket) -> list[tuple[bytes, bytes]]:
    return [(b"ratelimit-policy", bucket.policy_header), (b"ratelimit", bucket.header())]


def _size(incoming: Incoming) -> int:
    return sum(len(name) + len(value) for name, value in incoming.raw_headers)


def _bearer(incoming: Incoming) -> str:
    value = incoming.headers.get(b"authorization")
    if value is None:
        raise Unauthenticated
    if value[: len(_SCHEME)].lower() != _SCHEME:
        raise Unauthenticated(reason="invalid_request")
    if len(incoming.headers) != len(incoming.raw_headers) and _repeated(incoming, b"authorization"):
        # The service behind might take the other one.
        raise Unauthenticated(reason="invalid_request")
    token = value[len(_SCHEME) :].strip()
    if not token or len(token) > _MAX_TOKEN_BYTES or not token.isascii():
        raise Unauthenticated(reason="invalid_token")
    return token.decode("ascii")


def _repeated(incoming: Incoming, header: bytes) -> bool:
    return sum(name == header for name, _ in incoming.raw_headers) > 1


async def _refuse(incoming: Incoming, error: Exception) -> None:
    problem = error if isinstance(error, Problem) else problem_of(error, method=incoming.method)
    if problem.status == 500 or (incoming.answered and problem.status > 500):
        logger.error("request failed: %s", problem.code, exc_info=error)
    elif problem.status > 500:
        logger.warning("request refused: %s", problem.code)
    if incoming.answered:
        # Nothing can be taken back; left incomplete, the server closes the connection.
        return
    if incoming.method not in {"GET", "HEAD"}:
        await _drain(incoming)
    await incoming.refuse(problem)


_DRAINED_BYTES = 16 * 1024 * 1024
_DRAIN_SECONDS = 10.0
_DRAIN_PAUSE_SECONDS = 0.5


async def _drain(incoming: Incoming) -> None:
    """Takes in the rest of a body and forgets it: many clients read no answer before they have sent all of theirs.

    So much that a batch somewhat too large is told so, and not cut off; who stops sending is answered at once.
    """
    taken = 0
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            while taken < _DRAINED_BYTES:
                async with asyncio.timeout(_DRAIN_PAUSE_SECONDS):
                    message = await incoming.receive()
                taken += len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return
