"""A service's end of the event path: a database with the outbox, and a NATS server of its own for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from shared.database import Database
from shared.embedded.nats import EmbeddedNats, NatsUser
from shared.snapshots import connect
from shared.testing.databases import TestDatabases
from tests.unit.snapshots.event_path import EventPath, make_outbox


@pytest.fixture
async def database_url(service_database: TestDatabases) -> str:
    """A database with the table `outbox`, as the service's own role reaches it."""
    urls = await service_database("health", migrated=False)
    owner = await asyncpg.connect(urls.owner_url)
    await make_outbox(owner)
    await owner.close()
    return urls.app_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(database_url, name="test", min_size=1, max_size=8)
    yield database
    await database.close()


@pytest.fixture
def own_nats(tmp_path: Path) -> Iterator[EmbeddedNats]:
    """A NATS server of the test's own, which it may stop and start again on the same store and port."""
    server = EmbeddedNats(tmp_path / "nats", users=[NatsUser("yihu", "of-a-test")])
    server.start()
    yield server
    server.remove()


@pytest.fixture
async def path(database: Database, own_nats: EmbeddedNats) -> AsyncIterator[EventPath]:
    async with connect(own_nats.url, name="test") as nats:
        await nats.client()
        path = EventPath(database, own_nats, nats)
        yield path
        await path.stop()
