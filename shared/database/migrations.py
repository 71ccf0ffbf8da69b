"""Migrations: one alembic environment a service, run as the database's owner.

A service's `migrations/env.py` is two lines: import its metadata, call `run_migrations(metadata)`.
"""

import asyncio
import importlib
from pathlib import Path

import asyncpg
from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.database.pool import RawConnection

LOCK_TIMEOUT = "30s"
"""A migration that waits longer for a lock gives up rather than stall the service behind it."""


def configuration(package: str, owner_url: str) -> Config:
    """The alembic configuration of a service: its package (`services.health`) and the owner's database URL."""
    module = importlib.import_module(package)
    assert module.__file__ is not None  # noqa: S101 - a package of this project always has a file
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    config.attributes["url"] = owner_url
    return config


def upgrade(package: str, owner_url: str, revision: str = "head") -> None:
    """Bring a service's database to the revision. Must not run inside an event loop (use `asyncio.to_thread`)."""
    command.upgrade(configuration(package, owner_url), revision)


def downgrade(package: str, owner_url: str, revision: str = "base") -> None:
    """Take a service's database back to the revision."""
    command.downgrade(configuration(package, owner_url), revision)


def check(package: str, owner_url: str) -> None:
    """Raise alembic.util.CommandError when the tables declared differ from those the migrations build."""
    command.check(configuration(package, owner_url))


def run_migrations(metadata: MetaData) -> None:
    """The whole of a service's `migrations/env.py`."""
    url: str = context.config.attributes["url"]
    asyncio.run(_run(url, metadata))


async def _run(url: str, metadata: MetaData) -> None:
    async def connect() -> RawConnection:
        return await asyncpg.connect(url)

    # The driver reads the URL itself: SQLAlchemy would hand it `sslmode` and the like as arguments it does not know.
    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=pool.NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate, metadata)
    finally:
        await engine.dispose()


def _migrate(connection: Connection, metadata: MetaData) -> None:
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    # One at a time, however many replicas start together; the lock ends with the session.
    connection.execute(text("SET statement_timeout = '120s'"))
    connection.execute(text("SELECT pg_advisory_lock(hashtext('yihu-migrations'))"))
    connection.commit()
    context.configure(
        connection=connection, target_metadata=metadata, transaction_per_migration=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()
