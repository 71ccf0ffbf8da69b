"""The fixtures of every test in this project; `tests/conftest.py` loads them.

`postgres` and `nats_server` are real servers, one of each a session, in a temporary folder that goes with the session.
"""

import contextlib
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from shared.clock import MovableClock
from shared.embedded import EmbeddedNats, EmbeddedPostgres, NatsUser
from shared.embedded.postgres import RELAXED
from shared.testing.applications import PII_KEY, create_application, running, service_settings
from shared.testing.databases import TestDatabase, TestDatabases
from shared.testing.tokens import TestTokens

if TYPE_CHECKING:  # tests of one kernel module need not be able to import all the others
    from shared.pii import Vault

ServiceApp = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture(scope="session")
def server_home() -> Iterator[Path]:
    """The folder of this session's servers."""
    home = Path(tempfile.mkdtemp(prefix="yihu-test-"))
    home.chmod(0o711)  # PostgreSQL's account passes through when root runs the tests
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(server_home: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL cluster that may forget what it acknowledged: tests need no durability, only speed."""
    server = EmbeddedPostgres(server_home, password=secrets.token_urlsafe(16), settings=RELAXED)
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def nats_server(server_home: Path) -> Iterator[EmbeddedNats]:
    """A NATS server with one user who may do everything. Tests that stop a server start their own."""
    users = [NatsUser("yihu", secrets.token_urlsafe(16))]
    server = EmbeddedNats(server_home, users=users, sync_always=False)
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def nats_url(nats_server: EmbeddedNats) -> str:
    return nats_server.url


@pytest.fixture(scope="session")
def service_database(postgres: EmbeddedPostgres) -> TestDatabases:
    """`await service_database("health")` gives a fresh `TestDatabase` (`app_url`, `owner_url`, `admin_url`)."""
    return TestDatabases(postgres)


@pytest.fixture
def clock() -> MovableClock:
    """Noon in China on 1 June 2020; moves only when told to."""
    return MovableClock(datetime(2020, 6, 1, 4, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def vault() -> "Vault":
    """The vault of the key that services under test have."""
    from shared.pii import Vault

    return Vault.from_text(PII_KEY)


@pytest.fixture(scope="session")
def tokens() -> TestTokens:
    """`tokens.headers(scopes=["health:write"], divisions=[...])`; services under test trust its key."""
    return TestTokens()


@pytest.fixture
async def service_app(service_database: TestDatabases, nats_url: str, tokens: TestTokens) -> AsyncIterator[ServiceApp]:
    """`client = await service_app("health", database=None, **settings)`: a running service, stopped after the test."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(
            service: str, *, database: TestDatabase | None = None, **overrides: object
        ) -> httpx.AsyncClient:
            database = database or await service_database(service)
            settings = service_settings(database, nats_url=nats_url, tokens=tokens, **overrides)
            return await stack.enter_async_context(running(create_application(service, settings)))

        yield start
