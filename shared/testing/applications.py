"""A service's application run in the test's own process and event loop, and a client that calls it."""

import asyncio
import contextlib
import importlib
from collections.abc import AsyncIterator, MutableMapping
from typing import TYPE_CHECKING, Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from shared.testing.databases import TestDatabase
from shared.testing.tokens import TestTokens

if TYPE_CHECKING:  # tests of one kernel module need not be able to import all the others
    from shared.settings import ServiceSettings

PII_KEY = "eWlodS10ZXN0cy1rZXktZXhhY3RseS0zMi1ieXRlcyE"
"""32 bytes, base64url; of the tests alone."""
START_SECONDS = 60.0

Message = MutableMapping[str, Any]  # as the ASGI specification types it


@contextlib.asynccontextmanager
async def running(application: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Run the application's lifespan and yield a client for it; what the start or the stop raises comes out here."""
    to_application: asyncio.Queue[Message] = asyncio.Queue()
    from_application: asyncio.Queue[Message] = asyncio.Queue()
    state: dict[str, Any] = {}
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
    lifespan = asyncio.create_task(application(scope, to_application.get, from_application.put), name="lifespan")

    async def step(name: str) -> None:
        await to_application.put({"type": f"lifespan.{name}"})
        answer = asyncio.create_task(from_application.get())
        await asyncio.wait({answer, lifespan}, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            await lifespan if lifespan.done() else lifespan.cancel()
            raise RuntimeError(f"the application did not answer lifespan.{name}")
        if answer.result()["type"] != f"lifespan.{name}.complete":
            await lifespan  # raises what the application raised
            raise RuntimeError(answer.result().get("message", f"lifespan.{name} failed"))

    async def with_state(scope: Message, receive: Any, send: Any) -> None:
        await application({**scope, "state": dict(state)}, receive, send)

    await step("startup")
    try:
        # An exception in the application must come back as its 500 answer, as it would to a client.
        transport = httpx.ASGITransport(with_state, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=30) as client:
            yield client
    finally:
        await step("shutdown")
        await lifespan


def service_settings(
    database: TestDatabase, *, nats_url: str, tokens: TestTokens, **overrides: object
) -> "ServiceSettings":
    """The settings of a service under test; `overrides` are fields of `ServiceSettings`."""
    from shared.settings import ServiceSettings

    values: dict[str, object] = {
        "database_url": SecretStr(database.app_url),
        "nats_url": nats_url,
        "jwks_url": tokens.jwks,
        "pii_key": SecretStr(PII_KEY),
        "pool_min": 1,
        "pool_max": 5,
        **overrides,
    }
    return ServiceSettings.model_validate(values)


def create_application(service: str, settings: "ServiceSettings") -> FastAPI:
    """`services.<service>.app.create_app(settings)`."""
    application = importlib.import_module(f"services.{service}.app").create_app(settings)
    if not isinstance(application, FastAPI):
        raise TypeError(f"services.{service}.app.create_app gave no FastAPI application")
    return application
