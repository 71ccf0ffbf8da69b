"""Versions of facts when several work on one household at the same moment."""

from datetime import UTC, datetime

import asyncpg

from shared.testing.department import DepartmentSystem
from shared.testing.waiting import wait_until
from tests.departments.checks import check

_WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class TestLocks:
    async def test_what_waited_for_a_writer_builds_on_what_the_writer_committed(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("锁"))
        await water.settle(household)
        await water.post("water-checks", {"household_code": household.code, **check()})
        key = household.household_id
        writer = await asyncpg.connect(water.database.admin_url)
        moment = water.clock.now()
        try:
            async with writer.transaction():
                await writer.execute("SELECT FROM roster_household WHERE household_id = $1 FOR UPDATE", key)
                held = await writer.fetchval(
                    "UPDATE household_facts SET version = version + 5 WHERE household_id = $1 RETURNING version", key
                )
                water.clock.set(datetime(2021, 1, 1, 4, 0, tzinfo=UTC))

                async def reevaluation_waits() -> bool:
                    return bool(await water.rows(_WAITING))

                await wait_until(reevaluation_waits)

            async def reevaluated() -> bool:
                rows = await water.rows("SELECT content FROM household_facts WHERE household_id = $1", key)
                return '"unknown"' in str(rows[0]["content"])

            await wait_until(reevaluated)
        finally:
            await writer.close()
            water.clock.set(moment)
        [facts] = await water.rows("SELECT version FROM household_facts WHERE household_id = $1", key)
        assert facts["version"] == held + 1
