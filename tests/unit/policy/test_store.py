"""The overrides in force, as the processes of one service share them through their table."""

import orjson
import pytest

from shared.database import Database, Scope
from shared.identity import NATION
from shared.policy import PolicyOverride, PolicySnapshot, PolicyStore, parse_snapshot, registered_defaults
from shared.testing.databases import TestDatabases

LINE = "income.poverty_line"


class TestStore:
    async def test_replicas_agree_through_the_table(self, service_database: TestDatabases) -> None:
        database = await service_database("registry")
        defaults = registered_defaults()
        one, other = PolicyStore(defaults), PolicyStore(defaults)
        override = PolicyOverride(key=LINE, area="420115000000", year=2019, value="4200", concept="net")
        snapshot = PolicySnapshot(version=7, overrides=(override,))
        opened = await Database.open(database.app_url, name="test", min_size=1, max_size=2)
        try:
            async with opened.transaction(Scope.everything()) as conn:
                assert await one.apply(conn, snapshot)
                assert not await one.apply(conn, snapshot)
                assert not await one.apply(conn, PolicySnapshot(version=3))
            async with opened.acquire(Scope.everything()) as conn:
                assert await other.load(conn)
                assert not await other.load(conn)
        finally:
            await opened.close()
        for store in (one, other):
            assert store.version == 7
            assert store.current.at(area="420115010201", year=2020).number(LINE) == 4200

    def test_a_broken_snapshot_is_not_quoted(self) -> None:
        with pytest.raises(ValueError, match="faults") as caught:
            parse_snapshot(orjson.dumps({"version": "secret-content"}))
        assert "secret-content" not in str(caught.value)


class TestStoreInMemory:
    def test_only_newer_snapshots_count(self) -> None:
        store = PolicyStore(registered_defaults())
        assert store.version == 0
        assert store.take(_snapshot(_line("3000"), version=5))
        assert not store.take(_snapshot(_line("3001"), version=5))
        assert not store.take(_snapshot(version=4))
        assert store.current.at(area=NATION, year=2018).number(LINE) == 3000
        assert store.take(_snapshot(version=6))
        assert store.current.at(area=NATION, year=2018).number(LINE) == 2995


def _snapshot(*overrides: PolicyOverride, version: int) -> PolicySnapshot:
    return PolicySnapshot(version=version, overrides=overrides)


def _line(value: str) -> PolicyOverride:
    return PolicyOverride(key=LINE, area=NATION, year=2018, value=value, concept="net")
