"""A running health service, one a test module."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from services.health.app import DEPARTMENT
from shared.clock import MovableClock
from shared.department import create_department
from shared.pii import Vault
from shared.snapshots import connect
from shared.testing.applications import running, service_settings
from shared.testing.databases import TestDatabases
from shared.testing.tokens import TestTokens
from tests.services.health.service import Health


@pytest.fixture(scope="module")
async def health(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[Health]:
    """One service and database a test module, at noon in China on 1 June 2020."""
    database = await service_database("health")
    clock = MovableClock(datetime(2020, 6, 1, 4, 0, tzinfo=UTC))
    async with contextlib.AsyncExitStack() as stack:
        nats = await stack.enter_async_context(connect(nats_url, name="test-registry"))
        settings = service_settings(database, nats_url=nats_url, tokens=tokens)
        app = create_department(DEPARTMENT, settings, clock=clock)
        client = await stack.enter_async_context(running(app))
        yield Health(client, clock, database, tokens, nats, vault)
