"""Each service's migrations build what its tables declare, and can be taken back and built again."""

import asyncio

import asyncpg
import pytest

from ops.topology import ROOT
from shared.database import migrations
from shared.testing.databases import TestDatabases

PACKAGES = sorted(
    ".".join(path.parent.relative_to(ROOT).parts[:-1])
    for path in (*ROOT.glob("services/*/migrations/env.py"), *ROOT.glob("gateway/migrations/env.py"))
)

_LEFT_BEHIND = """
    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.relname NOT LIKE 'alembic_version%'
    UNION ALL
    SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""


@pytest.mark.parametrize("package", PACKAGES)
async def test_up_same_down_up(service_database: TestDatabases, package: str) -> None:
    database = await service_database(package.rpartition(".")[2], migrated=False)
    await asyncio.to_thread(migrations.upgrade, package, database.owner_url)
    await asyncio.to_thread(migrations.check, package, database.owner_url)
    first = await shape(database.admin_url)
    await asyncio.to_thread(migrations.downgrade, package, database.owner_url)
    connection = await asyncpg.connect(database.admin_url)
    try:
        assert [row[0] for row in await connection.fetch(_LEFT_BEHIND)] == []
    finally:
        await connection.close()
    await asyncio.to_thread(migrations.upgrade, package, database.owner_url)
    assert await shape(database.admin_url) == first


async def test_tables_of_other_migrations_are_refused_before_anything_is_served(
    service_database: TestDatabases,
) -> None:
    """As after a migration that had run was edited: the revision is the newest, the tables are not those declared."""
    package = "services.housing"
    database = await service_database("housing", migrated=False)
    await asyncio.to_thread(migrations.bring_up, package, database.owner_url)
    owner = await asyncpg.connect(database.owner_url)
    try:
        await owner.execute("CREATE INDEX of_the_place ON renovation (due_on)")
        await owner.execute("COMMENT ON TABLE alembic_version IS 'of another code'")
        await asyncio.to_thread(migrations.bring_up, package, database.owner_url)
        await owner.execute("ALTER TABLE renovation DROP COLUMN stage_recorded_on")
        await owner.execute("COMMENT ON TABLE alembic_version IS 'of another code'")
    finally:
        await owner.close()
    with pytest.raises(migrations.OtherTablesError, match=r"services\.housing .*missing: stage_recorded_on"):
        await asyncio.to_thread(migrations.bring_up, package, database.owner_url)


async def test_tables_found_in_order_are_looked_at_once(
    service_database: TestDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await service_database("gateway", migrated=False)
    await asyncio.to_thread(migrations.bring_up, "gateway", database.owner_url)
    looked: list[str] = []
    monkeypatch.setattr(migrations, "check", lambda package, _: looked.append(package))
    await asyncio.to_thread(migrations.bring_up, "gateway", database.owner_url)
    assert looked == []
    monkeypatch.setattr(migrations, "_fingerprint", lambda _: "newer code")
    await asyncio.to_thread(migrations.bring_up, "gateway", database.owner_url)
    assert looked == ["gateway"]


async def test_the_url_may_say_how_to_use_tls(service_database: TestDatabases) -> None:
    database = await service_database("gateway", migrated=False)
    await asyncio.to_thread(migrations.upgrade, "gateway", f"{database.owner_url}?sslmode=prefer")
    connection = await asyncpg.connect(f"{database.owner_url}?sslmode=prefer")
    try:
        assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
    finally:
        await connection.close()


@pytest.mark.parametrize("package", PACKAGES)
async def test_the_app_role_owns_nothing_and_bypasses_nothing(service_database: TestDatabases, package: str) -> None:
    service = package.rpartition(".")[2]
    database = await service_database(service, package=package)
    connection = await asyncpg.connect(database.admin_url)
    try:
        owned = await connection.fetchval(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = $1",
            f"yihu_{service}",
        )
        assert owned == 0
        role = await connection.fetchrow(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = $1", f"yihu_{service}"
        )
        assert role is not None
        assert not any(role)
    finally:
        await connection.close()


async def shape(url: str) -> list[tuple[str, ...]]:
    """Every column, index and constraint of a database, as text."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            """
            SELECT 'column', table_schema, table_name, column_name, data_type, is_nullable, coalesce(column_default, '')
            FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
            UNION ALL
            SELECT 'index', schemaname, tablename, indexname, indexdef, '', '' FROM pg_indexes
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            UNION ALL
            SELECT 'policy', schemaname, tablename, policyname, coalesce(qual, ''), coalesce(with_check, ''), cmd
            FROM pg_policies
            """
        )
    finally:
        await connection.close()
    return sorted(tuple(str(value) for value in row) for row in rows)
