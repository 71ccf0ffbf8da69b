"""A gateway on a real port, in front of small real services on real ports, with real PostgreSQL and NATS."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
from pydantic import SecretStr

from gateway.app import create_app
from gateway.gateway import Gateway
from gateway.settings import GatewaySettings
from shared.auth.issuer import new_signing_key
from shared.clock import Clock
from shared.testing.databases import TestDatabase
from tests.feeds import PATH as FEED
from tests.feeds import Stream
from tests.services.gateway.servers import Department, Registry, serve

SECRETS = {
    "health-system": "health-system-secret-1",
    "registry-system": "registry-system-secret",
    "mobile-app": "mobile-app-secret-0001",
    "village-auditor": "village-auditor-secret",
    "wide-reader": "wide-reader-secret-001",
    "gone-system": "gone-system-secret-001",
}
TOWNSHIP = "420115010000"
VILLAGE = "420115010200"
OTHER_VILLAGE = "420115010201"

PRINCIPALS: list[dict[str, object]] = [
    {
        "id": "health-system",
        "kind": "system",
        "name": "健康",
        "department": "health",
        "scopes": ["health:read", "health:write", "status:read"],
        "divisions": ["000000000000"],
        "source_system": "his",
    },
    {
        "id": "registry-system",
        "kind": "system",
        "name": "登记",
        "department": "registry",
        "scopes": ["registry:read", "registry:write"],
        "divisions": ["000000000000"],
    },
    {
        "id": "mobile-app",
        "kind": "mobile",
        "name": "移动端",
        "scopes": ["status:read", "changes:read"],
        "divisions": [TOWNSHIP],
    },
    {
        "id": "village-auditor",
        "kind": "person",
        "name": "审计",
        "roles": ["auditor"],
        "scopes": ["status:read", "changes:read", "registry:read"],
        "divisions": [VILLAGE],
    },
    {
        "id": "wide-reader",
        "kind": "mobile",
        "name": "全域",
        "scopes": ["status:read", "changes:read", "health:read"],
        "divisions": ["000000000000"],
    },
    {
        "id": "gone-system",
        "kind": "system",
        "name": "停用",
        "scopes": ["health:read"],
        "divisions": ["000000000000"],
        "disabled": True,
    },
]

CODES = {
    "lists": [
        {
            "name": "health_reason",
            "title": {"zh": "原因", "en": "Reasons"},
            "source": "test",
            "codes": [
                {"code": "not_insured", "zh": "{year}年未参保", "en": "not insured in {year}"},
                {"code": "insured", "zh": "已参保", "en": "insured"},
            ],
        },
        {
            "name": "guarantee_state",
            "title": {"zh": "保障状态", "en": "State of a guarantee"},
            "source": "test",
            "codes": [
                {"code": "met", "zh": "已保障", "en": "met"},
                {"code": "unmet", "zh": "未保障", "en": "unmet"},
            ],
        },
    ]
}


@dataclass
class Running:
    """A gateway under test and all around it."""

    url: str
    client: httpx.AsyncClient
    registry: Registry
    health: Department
    settings: GatewaySettings
    app: Gateway

    async def token(self, name: str, **fields: str) -> str:
        grant = {"grant_type": "client_credentials", "client_id": name, "client_secret": SECRETS[name], **fields}
        if name == "village-auditor":
            grant = {"grant_type": "password", "username": name, "password": SECRETS[name], **fields}
        answer = await self.client.post("/api/v1/oauth/token", data=grant)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def bearer(self, name: str, **fields: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {await self.token(name, **fields)}"}


async def read(gateway: Running, household: str, who: str = "wide-reader", **headers: str) -> httpx.Response:
    """One household's status, as this principal."""
    bearer = await gateway.bearer(who)
    return await gateway.client.get(f"/api/v1/households/{household}/status", headers={**bearer, **headers})


@contextlib.asynccontextmanager
async def listen(
    gateway: Running, who: str = "wide-reader", *, query: str = "", **headers: str
) -> AsyncIterator[Stream]:
    bearer = await gateway.bearer(who)
    async with gateway.client.stream("GET", FEED + query, headers={**bearer, **headers}, timeout=20) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Stream(response)


StartGateway = Callable[..., Awaitable[Running]]


@contextlib.asynccontextmanager
async def starter(database: TestDatabase, nats_url: str, folder: Path) -> AsyncIterator[StartGateway]:
    openapi, codes = folder / "openapi.json", folder / "codes.json"
    openapi.write_bytes(orjson.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}))
    codes.write_bytes(orjson.dumps(CODES))
    async with contextlib.AsyncExitStack() as stack:

        async def start(*, clock: Clock | None = None, **overrides: object) -> Running:
            registry, health = Registry(), Department("health")
            registry_url = await stack.enter_async_context(serve(registry))
            health_url = await stack.enter_async_context(serve(health))
            values: dict[str, object] = {
                "upstreams": {"registry": registry_url, "health": health_url},
                "database_url": SecretStr(database.app_url),
                "nats_url": nats_url,
                "signing_key": SecretStr(new_signing_key()),
                "openapi_path": openapi,
                "codes_path": codes,
                "drain_seconds": 3,
                **overrides,
            }
            settings = GatewaySettings.model_validate(values)
            app = create_app(settings, clock=clock)
            url = await stack.enter_async_context(serve(app))
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=20))
            return Running(url, client, registry, health, settings, app)

        yield start
