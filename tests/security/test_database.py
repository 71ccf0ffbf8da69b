"""What the database and its log may not give away."""

import asyncio

import asyncpg
import pytest

from shared.database import Database, Scope
from shared.embedded import EmbeddedPostgres
from shared.testing.databases import TestDatabases

SECRET = "990101196501010012"  # no resident's number: no area has the prefix 99


async def test_a_refused_row_is_not_quoted_in_the_servers_log(
    postgres: EmbeddedPostgres, service_database: TestDatabases
) -> None:
    database = await service_database("sample", migrated=False)
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("CREATE TABLE held (value text UNIQUE CHECK (value <> 'none'), other int NOT NULL)")
    await owner.execute("INSERT INTO held VALUES ($1, 1)", SECRET)
    with pytest.raises(asyncpg.UniqueViolationError, match="held_value_key"):
        await owner.execute("INSERT INTO held VALUES ($1, 1)", SECRET)
    with pytest.raises(asyncpg.NotNullViolationError):
        await owner.execute("INSERT INTO held VALUES ($1, NULL)", SECRET + "0")
    await owner.close()
    log = postgres.log.read_text(encoding="utf-8")
    assert "held_value_key" in log
    assert SECRET not in log


async def test_a_caller_who_goes_away_leaves_no_scope_for_the_next(service_database: TestDatabases) -> None:
    """The pool remembers what it set on a connection; it must never remember what is no longer so."""
    served = await service_database("sample", migrated=False)
    database = await Database.open(served.app_url, name="test", min_size=1, max_size=1)
    village, everything = Scope.of(["420115010200"], principal="village"), Scope.everything("district")

    async def use(scope: Scope) -> str:
        async with database.acquire(scope) as connection:
            return str(await connection.fetchval("SELECT current_setting('yihu.scope')"))

    try:
        for steps in range(40):
            assert await use(village) == '{"420115010200%"}'
            leaving = asyncio.create_task(use(everything))
            for _ in range(steps):
                await asyncio.sleep(0)
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)
            assert await use(village) == '{"420115010200%"}'
    finally:
        await database.close()
