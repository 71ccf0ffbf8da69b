"""Brings databases up: waits for the server, makes databases and roles, migrates, writes who may sign in."""

import asyncio
import sys
from collections.abc import Sequence

import asyncpg

from ops.home import Home, Secrets
from ops.topology import GATEWAY, Service, services
from shared.embedded.databases import create_service_databases, service_urls, wait_for_server

SERVER_SECONDS = 600.0
"""In containers the server may come late; after this the container's own restart takes over."""


def migrate(home: Home, chosen: Sequence[Service], *, database_url: str, address: str) -> None:
    """Safe to repeat. `database_url` is of a role that may create roles and databases. Raises OtherTablesError."""
    from shared.database import migrations

    secrets = installation_secrets(home)
    names = [service.name for service in chosen]
    asyncio.run(wait_for_server(database_url, patience=SERVER_SECONDS))
    urls = asyncio.run(create_service_databases(database_url, names, secrets.roles))
    for service in chosen:
        sys.stdout.write(f"migrating {service.name}\n")
        sys.stdout.flush()
        migrations.bring_up(service.package, urls[service.name].owner_url)
    if GATEWAY in names:
        _write_principals(home, secrets, database_url=urls[GATEWAY].app_url, address=address)


def installation_secrets(home: Home) -> Secrets:
    """The home's secrets, complete for every service and every principal of the demo."""
    from gateway.principals import demo_principals

    home.make()
    return home.secrets([service.name for service in services()], [principal.id for principal in demo_principals()])


def _write_principals(home: Home, secrets: Secrets, *, database_url: str, address: str) -> None:
    from gateway.principals import demo_principals, import_principals

    home.write_credentials(
        address=address,
        principals=[
            {**principal.model_dump(mode="json"), "secret": secrets.principals[principal.id]}
            for principal in demo_principals()
        ],
    )
    changed = asyncio.run(import_principals(home.credentials_file, database_url=database_url))
    sys.stdout.write(f"principals changed: {changed}\n")


async def wait_until_migrated(service: Service, secrets: Secrets, *, database_url: str, patience: float) -> None:
    """Return when the service's database is at the revision that this code needs; raises TimeoutError."""
    from alembic.script import ScriptDirectory

    from shared.database import migrations

    url = service_urls(database_url, service.name, passwords=secrets.roles).app_url
    head = ScriptDirectory.from_config(migrations.configuration(service.package, url)).get_current_head()
    async with asyncio.timeout(patience):
        while await _revision(url) != head:  # noqa: ASYNC110 - another process migrates
            await asyncio.sleep(0.5)


async def _revision(url: str) -> str | None:
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return None
    try:
        revision = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return str(revision) if revision is not None else None
