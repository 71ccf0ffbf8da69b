"""The migrations build what is declared, and can be taken back."""

import asyncio

from shared.database import migrations
from shared.testing.databases import TestDatabases

PACKAGE = "services.housing"


async def test_they_build_the_declared_tables(service_database: TestDatabases) -> None:
    database = await service_database("housing")
    await asyncio.to_thread(migrations.check, PACKAGE, database.owner_url)


async def test_up_down_up(service_database: TestDatabases) -> None:
    database = await service_database("housing")
    await asyncio.to_thread(migrations.downgrade, PACKAGE, database.owner_url)
    await asyncio.to_thread(migrations.upgrade, PACKAGE, database.owner_url)
    await asyncio.to_thread(migrations.check, PACKAGE, database.owner_url)
