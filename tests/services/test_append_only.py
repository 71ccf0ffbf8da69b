"""What was done stays written: the histories of every service refuse to be changed, whoever asks."""

import asyncpg
import pytest

from shared.testing.databases import TestDatabases

HISTORIES = {
    "registry": ("household_history", "policy_history", "record_history", "access_log"),
    "health": ("record_history",),
    "housing": ("record_history", "procedure_step", "access_log"),
}


@pytest.mark.parametrize(("service", "tables"), HISTORIES.items(), ids=HISTORIES)
async def test_a_history_only_grows(service: str, tables: tuple[str, ...], service_database: TestDatabases) -> None:
    database = await service_database(service)
    owner = await asyncpg.connect(database.owner_url)
    try:
        guards = await owner.fetch(
            "SELECT tgrelid::regclass::text AS name, tgtype FROM pg_trigger WHERE NOT tgisinternal"
        )
        for table in tables:
            kinds = {row["tgtype"] for row in guards if row["name"] == table}
            # Bits of `tgtype`: 1 row, 2 before, 8 delete, 16 update, 32 truncate.
            assert kinds == {1 | 2 | 8 | 16, 2 | 32}, table
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"{table} is append-only"):
                await owner.execute(f"TRUNCATE {table}")
    finally:
        await owner.close()
