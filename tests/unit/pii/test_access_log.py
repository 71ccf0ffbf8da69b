"""The access log: append-only, chained, and every tampering found."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest

from ops.access_log import check
from shared.database import Database, Scope
from shared.pii.access_log import AccessLog, verify_chain
from shared.testing.databases import TestDatabase, TestDatabases

SUBJECT = uuid4()


@dataclass(frozen=True)
class Reader:
    subject: str = "district-office"
    department: str = "registry"


@pytest.fixture
async def served(service_database: TestDatabases) -> TestDatabase:
    return await service_database("registry")


@pytest.fixture
async def database(served: TestDatabase) -> AsyncIterator[Database]:
    opened = await Database.open(served.app_url, name="test", min_size=1, max_size=8)
    yield opened
    await opened.close()


async def record(database: Database, *, purpose: str = "home visit", subject: UUID = SUBJECT) -> int:
    async with database.transaction(Scope.everything()) as conn:
        return await AccessLog.record(
            conn,
            principal=Reader(),
            purpose=purpose,
            subject_id=subject,
            fields=["phone", "id_number", "phone"],
            request_id="r-1",
        )


async def tamper(served: TestDatabase, statement: str) -> None:
    """As the superuser would who switches the triggers off."""
    connection = await asyncpg.connect(served.admin_url)
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(statement)
    finally:
        await connection.close()


class TestAppending:
    async def test_positions_have_no_gap_and_the_chain_holds(self, database: Database) -> None:
        assert [await record(database) for _ in range(3)] == [1, 2, 3]
        async with database.acquire(Scope.everything()) as conn:
            report = await verify_chain(conn)
            row = await conn.fetchrow("SELECT principal, purpose, fields FROM access_log WHERE position = 1")
        assert (report.entries, report.intact) == (3, True)
        assert row is not None
        assert tuple(row) == ("district-office", "home visit", ["id_number", "phone"])

    async def test_many_at_once_make_one_chain(self, database: Database) -> None:
        positions = await asyncio.gather(*(record(database) for _ in range(24)))
        assert sorted(positions) == list(range(1, 25))
        async with database.acquire(Scope.everything()) as conn:
            assert (await verify_chain(conn)).entries == 24

    async def test_a_rolled_back_view_leaves_no_entry(self, database: Database) -> None:
        async def view_that_fails() -> None:
            async with database.transaction(Scope.everything()) as conn:
                await AccessLog.record(
                    conn, principal=Reader(), purpose="x", subject_id=SUBJECT, fields=["phone"], request_id="r"
                )
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await view_that_fails()
        assert await record(database) == 1

    async def test_odd_texts_are_chained_too(self, database: Database) -> None:
        await record(database, purpose='入户"核查"\\ 😀\n')
        async with database.acquire(Scope.everything()) as conn:
            assert (await verify_chain(conn)).intact


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        ["UPDATE access_log SET purpose = 'none'", "DELETE FROM access_log", "TRUNCATE access_log"],
    )
    async def test_even_the_owner_changes_nothing(
        self, database: Database, served: TestDatabase, statement: str
    ) -> None:
        await record(database)
        owner = await asyncpg.connect(served.owner_url)
        try:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await owner.execute(statement)
        finally:
            await owner.close()


class TestTampering:
    @pytest.mark.parametrize(
        ("statement", "broken_at"),
        [
            ("UPDATE access_log SET purpose = 'none' WHERE position = 3", 3),
            ("UPDATE access_log SET principal = 'somebody-else' WHERE position = 2", 2),
            ("UPDATE access_log SET fields = '{name}' WHERE position = 1", 1),
            ("UPDATE access_log SET at = at + interval '1 microsecond' WHERE position = 4", 4),
            ("DELETE FROM access_log WHERE position = 2", 3),
            ("DELETE FROM access_log WHERE position = 1", 2),
            ("UPDATE access_log SET position = 9 WHERE position = 5", 9),
            ("UPDATE access_log SET hash = sha256('x') WHERE position = 2", 2),
        ],
    )
    async def test_the_first_entry_that_does_not_fit_is_named(
        self, database: Database, served: TestDatabase, statement: str, broken_at: int
    ) -> None:
        for _ in range(5):
            await record(database)
        await tamper(served, statement)
        async with database.acquire(Scope.everything()) as conn:
            report = await verify_chain(conn)
        assert report.broken_at == broken_at

    async def test_a_cut_end_shows_against_an_older_head(self, database: Database, served: TestDatabase) -> None:
        for _ in range(3):
            await record(database)
        async with database.acquire(Scope.everything()) as conn:
            before = await verify_chain(conn)
        await tamper(served, "DELETE FROM access_log WHERE position = 3")
        async with database.acquire(Scope.everything()) as conn:
            after = await verify_chain(conn)
        assert after.intact
        assert (after.entries, after.head) != (before.entries, before.head)


async def test_the_operator_is_told_of_a_broken_chain(database: Database, served: TestDatabase) -> None:
    for _ in range(2):
        await record(database)
    name = urlsplit(served.admin_url).path.removeprefix("/")
    assert [(where, report.intact) for where, report in await check(served.admin_url, [name, "no_such"])] == [
        (name, True)
    ]
    await tamper(served, "UPDATE access_log SET purpose = 'other' WHERE position = 1")
    assert [report.broken_at for _, report in await check(served.admin_url, [name])] == [1]
