"""A gateway on a real port, in front of small real services on real ports, with real PostgreSQL and NATS."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.principals import PrincipalImport, Principals
from gateway.settings import GatewaySettings
from shared.auth.issuer import new_signing_key
from shared.clock import Clock
from shared.database import Database
from shared.testing.databases import TestDatabase, TestDatabases
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

PRINCIPALS = [
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

    async def token(self, name: str, **fields: str) -> str:
        grant = {"grant_type": "client_credentials", "client_id": name, "client_secret": SECRETS[name], **fields}
        if name == "village-auditor":
            grant = {"grant_type": "password", "username": name, "password": SECRETS[name], **fields}
        answer = await self.client.post("/api/v1/oauth/token", data=grant)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def bearer(self, name: str, **fields: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {await self.token(name, **fields)}"}


StartGateway = Callable[..., Awaitable[Running]]


@pytest.fixture(scope="module")
async def gateway_database(service_database: TestDatabases) -> TestDatabase:
    database = await service_database("gateway")
    opened = await Database.open(database.app_url, name="test", min_size=1, max_size=1)
    try:
        rows = [PrincipalImport.model_validate({**each, "secret": SECRETS[str(each["id"])]}) for each in PRINCIPALS]
        assert await Principals(opened).upsert(rows) == len(rows)
    finally:
        await opened.close()
    return database


@pytest.fixture(scope="module")
async def module_starter(
    gateway_database: TestDatabase, nats_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[StartGateway]:
    async with starter(gateway_database, nats_url, tmp_path_factory.mktemp("gateway")) as start:
        yield start


@pytest.fixture
async def start_gateway(gateway_database: TestDatabase, nats_url: str, tmp_path: Path) -> AsyncIterator[StartGateway]:
    """`running = await start_gateway(clock=None, **settings)`; everything is stopped after the test."""
    async with starter(gateway_database, nats_url, tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
async def module_gateway(module_starter: StartGateway) -> Running:
    return await module_starter(sign_in_burst=100_000, sign_in_failures=100_000)


@pytest.fixture
def gateway(module_gateway: Running) -> Running:
    """A gateway with ordinary limits, shared by the tests of a module; the services behind it are as new."""
    module_gateway.registry.reset()
    module_gateway.health.reset()
    return module_gateway


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
            url = await stack.enter_async_context(serve(create_app(settings, clock=clock)))
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=20))
            return Running(url, client, registry, health, settings)

        yield start
