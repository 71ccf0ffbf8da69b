"""One database and two roles a service: the owner migrates, the app only reads and writes rows."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

DATABASE_RIGHTS = "CONNECT, TEMPORARY"


@dataclass(frozen=True, slots=True)
class ServiceUrls:
    """How a service reaches its database; the URLs hold passwords."""

    app_url: str
    owner_url: str


def database_name(service: str) -> str:
    return f"yihu_{service}"


def app_role(service: str) -> str:
    return f"yihu_{service}"


def owner_role(service: str) -> str:
    return f"yihu_{service}_owner"


def role_names(services: Iterable[str]) -> list[str]:
    """Every role that `create_service_databases` wants a password for."""
    return [role for service in services for role in (app_role(service), owner_role(service))]


def service_urls(
    admin_url: str, service: str, *, passwords: Mapping[str, str], database: str | None = None
) -> ServiceUrls:
    """The URLs of a service on the server of `admin_url`, with the query of that URL kept (TLS settings)."""

    def url(role: str) -> str:
        return _replace(admin_url, role=role, password=passwords[role], database=database or database_name(service))

    return ServiceUrls(app_url=url(app_role(service)), owner_url=url(owner_role(service)))


async def wait_for_server(admin_url: str, *, patience: float) -> None:
    """Return when the server accepts a connection; raises the last error after `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        try:
            connection = await asyncpg.connect(admin_url, timeout=5)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.3)
        else:
            await connection.close()
            return


async def create_service_databases(
    admin_url: str, services: Iterable[str], passwords: Mapping[str, str]
) -> dict[str, ServiceUrls]:
    """Make for each service the database `yihu_<service>`, its owner and its app role; safe to repeat.

    `passwords` is keyed by role name (`role_names`). The app role may log in and change rows of what the owner makes;
    it owns nothing, cannot create in the schema and cannot bypass row-level security. The URL needs a role that may
    create roles and databases; it need not be a superuser.
    """
    services = list(services)
    connection = await asyncpg.connect(admin_url)
    try:
        # One at a time, however many replicas start together.
        await connection.execute("SELECT pg_advisory_lock(hashtext('yihu-databases'))")
        for service in services:
            for role in (owner_role(service), app_role(service)):
                await _make_role(connection, role, passwords[role])
            await make_database(connection, service, database_name(service))
    finally:
        await connection.close()
    urls = {service: service_urls(admin_url, service, passwords=passwords) for service in services}
    for service in services:
        await _grant_rows(urls[service].owner_url, service)
    return urls


async def make_database(
    connection: "asyncpg.Connection[asyncpg.Record]", service: str, database: str, *, template: str | None = None
) -> None:
    """Make a database of the service's owner unless it exists, for its two roles alone."""
    owner = owner_role(service)
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database):
        if not await connection.fetchval("SELECT pg_has_role(current_user, $1, 'SET')", owner):
            await connection.execute(f'GRANT "{owner}" TO CURRENT_USER WITH INHERIT TRUE, SET TRUE')
        source = f'TEMPLATE "{template}"' if template else ""
        await connection.execute(f'CREATE DATABASE "{database}" OWNER "{owner}" {source}')
    await connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
    await connection.execute(f'GRANT {DATABASE_RIGHTS} ON DATABASE "{database}" TO "{app_role(service)}"')


async def _make_role(connection: "asyncpg.Connection[asyncpg.Record]", role: str, password: str) -> None:
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role):
        await connection.execute(f'CREATE ROLE "{role}" LOGIN NOBYPASSRLS NOCREATEDB NOCREATEROLE')
    # A password cannot be bound as a parameter here; the server quotes it.
    statement = await connection.fetchval(
        "SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)", role, password
    )
    await connection.execute(statement)


async def _grant_rows(owner_url: str, service: str) -> None:
    """As the owner: what it makes from now on, the app may change row by row."""
    app = app_role(service)
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute(
            f"""
            REVOKE CREATE ON SCHEMA public FROM PUBLIC;
            GRANT USAGE ON SCHEMA public TO "{app}";
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "{app}";
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO "{app}";
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO "{app}";
            """
        )
    finally:
        await connection.close()


def _replace(url: str, *, role: str, password: str, database: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(
        parts._replace(netloc=f"{quote(role, safe='')}:{quote(password, safe='')}@{host}", path=f"/{database}")
    )
