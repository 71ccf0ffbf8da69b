"""Puts the gateway together: `python -m shared.service gateway.app`."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import orjson
from fastapi import FastAPI

from gateway.changes import Changes
from gateway.changes_endpoint import ChangesEndpoint
from gateway.docs_page import DOCS_PATH, docs_router
from gateway.documents import CODES_PATH, OPENAPI_PATH, Documents, documents_router
from gateway.gateway import Gateway, Running
from gateway.health import PATH as HEALTH_PATH
from gateway.health import Health, health_router
from gateway.oauth import JWKS_PATH, TOKEN_PATH, oauth_router
from gateway.principals import Principals
from gateway.proxy import Proxy
from gateway.rate_limit import Rate
from gateway.render import Texts
from gateway.secret_hash import SecretChecker
from gateway.settings import GatewaySettings
from gateway.sign_in import Failures, SignIn
from gateway.slots import Slots
from gateway.status_cache import StatusCache
from gateway.status_endpoint import StatusEndpoint
from gateway.upstream import Upstream, open_session
from shared.auth.issuer import TokenIssuer
from shared.auth.verifier import TokenVerifier
from shared.clock import Clock, SystemClock
from shared.codes import code_list
from shared.codes.label import Label
from shared.database import Database
from shared.service.app import create_service
from shared.service.background import Background
from shared.settings import HttpSettings
from shared.snapshots.connection import NatsConnection, connect
from shared.snapshots.live import LiveFeed

logger = logging.getLogger(__name__)

settings_class = GatewaySettings

STATUS_OWNER = "registry"
"""The upstream whose household statuses are kept in memory."""


@dataclass(frozen=True, slots=True)
class State:
    """What the gateway's own resources use, as `request.state.<name>`."""

    documents: Documents
    health: Health
    sign_in: SignIn


def create_app(settings: HttpSettings, *, clock: Clock | None = None) -> Gateway:
    """The gateway as an ASGI application; settings other than the gateway's own are completed from the environment."""
    if not isinstance(settings, GatewaySettings):
        settings = GatewaySettings(listen_host=settings.listen_host, listen_port=settings.listen_port)
    own_clock = clock or SystemClock()
    issuer = TokenIssuer(
        settings.signing_key.get_secret_value(), issuer=settings.token_issuer, audience=settings.token_audience
    )
    # The gateway's own key, known without asking itself for it over the network.
    settings = settings.model_copy(update={"jwks_url": orjson.dumps(issuer.jwks()).decode()})
    gateway: Gateway

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[State]:
        async with _opened(app, settings, own_clock) as (state, running):
            gateway.running = running
            try:
                yield state
            finally:
                gateway.running = None

    own = create_service(
        name="gateway",
        title=Label(zh="一户：统一接口", en="Yihu: the one interface"),
        settings=settings,
        lifespan=lifespan,
        routers=[
            oauth_router(
                issuer,
                clock=own_clock,
                token_seconds=settings.token_seconds,
                trusted_proxies=frozenset(settings.trusted_proxies),
            ),
            documents_router(),
            docs_router(),
            health_router(),
        ],
        public_paths=(
            TOKEN_PATH,
            JWKS_PATH,
            OPENAPI_PATH,
            CODES_PATH,
            f"{CODES_PATH}/",
            DOCS_PATH,
            f"{DOCS_PATH}/",
            HEALTH_PATH,
        ),
        catalogues=[Path(__file__).with_name("messages.toml")],
    )
    gateway = Gateway(own, settings)
    return gateway


@asynccontextmanager
async def _opened(app: FastAPI, settings: GatewaySettings, clock: Clock) -> AsyncIterator[tuple[State, Running]]:
    """Opens everything the gateway lives on and closes it in the reverse order."""
    async with AsyncExitStack() as stack:
        database = await Database.open(
            settings.database_url.get_secret_value(),
            name="gateway",
            min_size=settings.pool_min,
            max_size=settings.pool_max,
        )
        stack.push_async_callback(database.close)
        session = await stack.enter_async_context(
            open_session(
                connect_seconds=settings.upstream_connect_seconds,
                keep_alive_seconds=settings.upstream_keep_alive_seconds,
            )
        )
        nats = await stack.enter_async_context(connect(settings.nats_url, name="gateway"))
        secrets = SecretChecker(threads=settings.secret_threads, queue_limit=settings.secret_queue)
        stack.callback(secrets.close)
        documents = Documents.read(openapi_path=settings.openapi_path, codes_path=settings.codes_path)
        feed = LiveFeed(nats)
        cache = StatusCache(
            max_bytes=settings.status_cache_bytes,
            max_age=settings.status_cache_seconds,
            max_known=settings.status_versions_known,
            settle_seconds=settings.status_settle_seconds,
        )
        changes = Changes(
            feed,
            history=lambda start: _history(nats, start),
            cache=cache,
            kept=settings.changes_kept,
            queue_limit=settings.changes_queue,
        )
        background = await stack.enter_async_context(Background())
        background.start("changes", changes.run)
        background.start("drain", lambda: changes.end_when(lambda: app.state.readiness.draining))
        app.state.readiness["database"] = database.is_ready
        state = State(
            documents=documents,
            health=Health(
                session,
                settings.upstreams,
                seconds=settings.readiness_timeout_seconds,
                feed_is_live=lambda: feed.connected,
                feed_position=lambda: changes.last_sequence,
            ),
            sign_in=_sign_in(database, secrets, settings),
        )
        yield (
            state,
            _running(
                settings,
                clock=clock,
                session=session,
                documents=documents,
                feed=feed,
                cache=cache,
                changes=changes,
            ),
        )


def _running(
    settings: GatewaySettings,
    *,
    clock: Clock,
    session: aiohttp.ClientSession,
    documents: Documents,
    feed: LiveFeed,
    cache: StatusCache,
    changes: Changes,
) -> Running:
    upstreams = {
        name: Upstream(
            name,
            url,
            session=session,
            slots=Slots(settings.upstream_concurrency, queue_limit=settings.upstream_queue),
        )
        for name, url in settings.upstreams.items()
    }
    proxy = Proxy(
        timeout_seconds=settings.request_timeout_seconds,
        queue_seconds=settings.upstream_queue_seconds,
        max_body_bytes=settings.max_body_bytes,
    )
    registry = upstreams.get(STATUS_OWNER)
    statuses = None
    if registry is not None:
        statuses = StatusEndpoint(
            cache,
            feed,
            Texts(documents.codes_content),
            registry,
            clock=clock,
            read_body=proxy.read_body,
            timeout_seconds=settings.request_timeout_seconds,
            queue_seconds=settings.upstream_queue_seconds,
            waits=Slots(settings.status_waits, queue_limit=settings.upstream_queue),
            sources={*upstreams, *code_list("department").codes},
        )
    return Running(
        verifier=TokenVerifier.from_settings(settings, clock),
        upstreams=upstreams,
        proxy=proxy,
        statuses=statuses,
        changes=ChangesEndpoint(
            changes,
            per_principal=settings.changes_per_principal,
            heartbeat_seconds=settings.changes_heartbeat_seconds,
            retry_milliseconds=settings.changes_retry_milliseconds,
        ),
    )


def _sign_in(database: Database, secrets: SecretChecker, settings: GatewaySettings) -> SignIn:
    return SignIn(
        Principals(database),
        secrets,
        failures=Failures(allowed=settings.sign_in_failures, seconds=settings.sign_in_failure_seconds),
        rate=Rate(settings.sign_in_per_second, settings.sign_in_burst),
    )


def _history(nats: NatsConnection, start: int) -> LiveFeed:
    return LiveFeed(nats, start_sequence=start)
