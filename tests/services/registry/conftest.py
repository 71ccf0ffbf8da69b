"""A running registry on a fresh database, and forms of test households."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import asyncpg
import httpx
import pytest

from services.registry.app import create_app
from shared.clock import MovableClock
from shared.snapshots import connect
from shared.testing.applications import running, service_settings
from shared.testing.databases import TestDatabase, TestDatabases
from shared.testing.department import empty_streams
from shared.testing.people import make_id_number as id_number
from shared.testing.tokens import TestTokens
from tests.services.registry.speaking import Departments

VILLAGE = "420115010201"
OTHER_VILLAGE = "420115010202"
FAR_VILLAGE = "411103101001"
SCOPES = ("registry:read", "registry:write", "status:read", "pii:reveal", "policy:write")

Json = dict[str, Any]


class People:
    """Test persons that never repeat: each call takes the next sequence of ID numbers."""

    def __init__(self) -> None:
        self._next = 0

    def number(self, sex: str = "male", birth: date = date(1960, 5, 1)) -> str:
        self._next += 1
        area = f"99{self._next // 400:04d}"
        return id_number(birth, "male" if sex == "male" else "female", self._next % 400, area=area)

    def member(
        self, relation: str = "head", sex: str = "male", *, born: date = date(1960, 5, 1), **fields: Any
    ) -> Json:
        number = self.number(sex, born)
        return {
            "name": f"测试{number[-4:]}",
            "id_number": number,
            "relation": relation,
            "education": "primary",
            "health_status": ["healthy"],
            **fields,
        }

    def household(
        self, code: str, *, members: Sequence[Mapping[str, Any]] | None = None, division: str = VILLAGE, **fields: Any
    ) -> Json:
        return {
            "code": code,
            "division": division,
            "household_type": "general",
            "state": "registered",
            "causes": ["illness"],
            "members": list(members) if members is not None else [self.member(), self.member("spouse", "female")],
            **fields,
        }


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
async def database(service_database: TestDatabases) -> TestDatabase:
    return await service_database("registry")


@pytest.fixture
async def registry(
    database: TestDatabase, nats_url: str, tokens: TestTokens, clock: MovableClock
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running registry that may do everything everywhere, as a department's system."""
    async with connect(nats_url, name="test-streams") as nats:
        await empty_streams(nats)
    settings = service_settings(database, nats_url=nats_url, tokens=tokens)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(running(create_app(settings, clock=clock)))
        client.headers.update(tokens.headers(scopes=SCOPES))
        yield client


@pytest.fixture
async def departments(registry: httpx.AsyncClient, nats_url: str) -> AsyncIterator[Departments]:
    async with connect(nats_url, name="test-departments") as nats:
        yield Departments(nats, registry)


@pytest.fixture
def headers_of(tokens: TestTokens) -> Callable[..., dict[str, str]]:
    """Headers of another caller: `headers_of(divisions=[...], kind="person")`."""

    def make(**claims: Any) -> dict[str, str]:
        return tokens.headers(**{"scopes": SCOPES, **claims})

    return make


@pytest.fixture
async def behind(database: TestDatabase) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A look behind row-level security."""
    connection = await asyncpg.connect(database.admin_url)
    yield connection
    await connection.close()


async def create(client: httpx.AsyncClient, document: Mapping[str, Any]) -> Json:
    answer = await client.post("/api/v1/households", json=document)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found
