"""Fixtures of the gateway's tests; what they set up is in `stage.py`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.principals import PrincipalImport, Principals
from shared.database import Database
from shared.snapshots.connection import connect
from shared.snapshots.streams import ensure_streams
from shared.testing.databases import TestDatabase, TestDatabases
from tests.services.gateway.announcing import Announcer, until_feed_is_live
from tests.services.gateway.stage import PRINCIPALS, SECRETS, Running, StartGateway, starter


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


@pytest.fixture(scope="module")
async def announcer(nats_url: str) -> AsyncIterator[Announcer]:
    """`await announcer.announce(household, version)` publishes as the registry does."""
    async with connect(nats_url, name="test") as nats:
        await ensure_streams(await nats.jetstream())
        yield Announcer(nats)


@pytest.fixture
async def live(gateway: Running, announcer: Announcer) -> Running:
    """The gateway, once it follows the changes."""
    await until_feed_is_live(gateway)
    return gateway
