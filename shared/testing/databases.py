"""Fresh service databases for tests, each a copy of a template that the service's own migrations built once."""

import asyncio
import importlib
import uuid
from dataclasses import dataclass

import asyncpg

from shared.embedded.databases import ServiceUrls, create_service_databases, make_database, role_names, service_urls
from shared.embedded.postgres import EmbeddedPostgres

PASSWORD = "test-password"  # noqa: S105 - of a cluster that lives as long as the test run


@dataclass(frozen=True, slots=True)
class TestDatabase:
    """One database of one service, empty but for what the migrations put there."""

    __test__ = False
    service: str
    name: str
    app_url: str
    """As the service runs: rows only, subject to row-level security."""
    owner_url: str
    """As migrations run."""
    admin_url: str
    """As the superuser, to look behind row-level security."""


class TestDatabases:
    """Makes them. The copy is some tens of milliseconds, so each test module (or test) can have its own."""

    __test__ = False

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        self._postgres = postgres
        self._templates: dict[str, str] = {}
        self._lock = asyncio.Lock()

    async def __call__(self, service: str, *, package: str | None = None, migrated: bool = True) -> TestDatabase:
        """A fresh database for `service`, migrated by `package` (default `services.<service>`, or `<service>` itself).

        `migrated=False` gives an empty database with the two roles, for tests of the kernel that make their own tables.
        """
        async with self._lock:
            template = await self._template(service, package) if migrated else await self._empty(service)
        name = f"test_{service}_{uuid.uuid4().hex[:12]}"
        connection = await asyncpg.connect(self._postgres.admin_url)
        try:
            await make_database(connection, service, name, template=template)
        finally:
            await connection.close()
        urls = self._urls(service, name)
        admin_url = self._postgres.admin_url.removesuffix("/postgres") + f"/{name}"
        return TestDatabase(service, name, urls.app_url, urls.owner_url, admin_url)

    async def _empty(self, service: str) -> str:
        key = f"{service}:empty"
        if key not in self._templates:
            await self._make_roles(service)
            self._templates[key] = f"yihu_{service}"
        return self._templates[key]

    async def _template(self, service: str, package: str | None) -> str:
        package = package or _package(service)
        key = f"{service}:{package}"
        if key not in self._templates:
            empty = await self._empty(service)
            name = f"template_{service}_{uuid.uuid4().hex[:8]}"
            connection = await asyncpg.connect(self._postgres.admin_url)
            try:
                await make_database(connection, service, name, template=empty)
            finally:
                await connection.close()
            # Local: tests of one kernel module need not be able to import all the others.
            from shared.database import migrations

            # Alembic is synchronous and runs an event loop of its own.
            await asyncio.to_thread(migrations.upgrade, package, self._urls(service, name).owner_url)
            self._templates[key] = name
        return self._templates[key]

    async def _make_roles(self, service: str) -> None:
        passwords = dict.fromkeys(role_names([service]), PASSWORD)
        await create_service_databases(self._postgres.admin_url, [service], passwords)

    def _urls(self, service: str, database: str) -> ServiceUrls:
        passwords = dict.fromkeys(role_names([service]), PASSWORD)
        return service_urls(self._postgres.admin_url, service, passwords=passwords, database=database)


def _package(service: str) -> str:
    name = f"services.{service}"
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return service
    return name
