"""Publishing again all that a service holds."""

from collections.abc import AsyncIterator

from shared.database import Database, Scope
from shared.snapshots import OutboxMessage, republish
from tests.unit.snapshots.event_path import snapshot


class TestRepublish:
    async def test_everything_goes_into_the_outbox(self, database: Database) -> None:
        sent = [snapshot(version=n) for n in range(1, 1202)]

        async def held() -> AsyncIterator[OutboxMessage]:
            for each in sent:
                yield each

        assert await republish(database, held()) == len(sent)
        async with database.acquire(Scope.everything()) as connection:
            rows = await connection.fetch(
                "SELECT key, version, count(*) OVER (PARTITION BY created_at) AS chunk FROM outbox"
            )
        assert {(row["key"], row["version"]) for row in rows} == {(each.key, each.version) for each in sent}
        assert max(row["chunk"] for row in rows) <= 500

    async def test_nothing_held_is_nothing_sent(self, database: Database) -> None:
        async def held() -> AsyncIterator[OutboxMessage]:
            return
            yield

        assert await republish(database, held()) == 0
