"""The unified status on a real database: one fresh copy a test module."""

import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.registry.status.listing import StatusLists
from services.registry.status.parameters import DEFAULTS
from services.registry.status.reader import StatusReader
from services.registry.status.routes import MESSAGES, router
from services.registry.status.service import UnifiedStatus
from shared.clock import MovableClock
from shared.codes import Label
from shared.database import Database
from shared.pii import Vault
from shared.policy import NATIONAL, PolicyStore, load_defaults
from shared.service import create_service
from shared.testing.applications import running, service_settings
from shared.testing.databases import TestDatabases
from shared.testing.tokens import TestTokens
from tests.services.registry.status.district import District


@pytest.fixture
async def database(service_database: TestDatabases) -> AsyncIterator[Database]:
    """A fresh registry database, reached as the app role."""
    test_database = await service_database("registry")
    opened = await Database.open(test_database.app_url, name="registry-status-test", min_size=1, max_size=8)
    yield opened
    await opened.close()


@pytest.fixture
def district(database: Database, clock: MovableClock, vault: Vault) -> District:
    """The unified status with a database of its own, and what tests do to it."""
    policy = PolicyStore(load_defaults(NATIONAL, DEFAULTS))
    nudges: list[None] = []
    status = UnifiedStatus.of(
        database, policy=policy, clock=clock, vault=vault, nudge=lambda: nudges.append(None), wait_seconds=1.0
    )
    return District(database=database, status=status, policy=policy, clock=clock, vault=vault, nudges=nudges)


@pytest.fixture
async def client(
    district: District, service_database: TestDatabases, tokens: TestTokens
) -> AsyncIterator[httpx.AsyncClient]:
    """The status routes as a service of their own."""
    settings = service_settings(
        await service_database("registry", migrated=False), nats_url="nats://127.0.0.1:1", tokens=tokens
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, StatusReader | StatusLists]]:
        yield {"status_reader": district.status.reader, "status_lists": district.status.lists}

    application = create_service(
        name="registry",
        title=Label(zh="登记", en="Registry"),
        settings=settings,
        lifespan=lifespan,
        routers=[router],
        catalogues=[MESSAGES],
    )
    async with running(application) as opened:
        opened.headers.update(tokens.headers(scopes=["status:read"]))
        yield opened
