"""The relay: whatever was committed is published, one relay at a time, and nothing blocks the rest."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from shared.clock import MovableClock
from shared.database import Scope
from shared.snapshots import SNAPSHOTS, Relay, RelaySettings, enqueue, failed_rows, outbox_insert, retry_failed
from shared.testing.waiting import wait_until
from tests.unit.snapshots.event_path import EventPath, snapshot


@pytest.mark.req("SYS01")
class TestPublishing:
    async def test_what_is_committed_is_published_and_marked(self, path: EventPath) -> None:
        relay = path.relay()
        path.start(relay.run())
        await wait_until(lambda: relay.leading)
        sent = snapshot(version=7)
        await path.commit(sent)
        relay.nudge()
        await wait_until(path.all_settled)
        (event,) = await path.stored()
        assert (event.key, event.version, event.id) == (sent.key, 7, str(sent.event_id))
        assert await path.rows("published_at IS NOT NULL") == 1

    async def test_rows_of_another_replica_are_found_without_a_nudge(self, path: EventPath) -> None:
        relay = path.relay()
        path.start(relay.run())
        await wait_until(lambda: relay.leading)
        await path.commit(snapshot())
        await wait_until(path.all_settled)

    async def test_what_is_rolled_back_is_never_published(self, path: EventPath) -> None:
        path.start(path.relay().run())
        kept = snapshot()
        async with path.database.acquire(Scope.everything()) as connection:
            transaction = connection.transaction()
            await transaction.start()
            await enqueue(connection, [snapshot()])
            await transaction.rollback()
        await path.commit(kept)
        await wait_until(path.all_settled)
        assert [event.key for event in await path.stored()] == [kept.key]

    async def test_thousands_go_out_complete_and_in_order(self, path: EventPath) -> None:
        sent = [snapshot(source=source) for source in ("health", "registry") for _ in range(1250)]
        await path.commit(*sent)
        path.start(path.relay().run())
        await wait_until(path.all_settled)
        assert [event.key for event in await path.stored()] == [each.key for each in sent]

    async def test_a_row_that_commits_late_is_not_passed_over(self, path: EventPath) -> None:
        """Its id is lower than those already published: a cursor over ids would lose it."""
        path.start(path.relay().run())
        late = snapshot()

        async def others_published() -> bool:
            return await path.rows("published_at IS NOT NULL") == 20

        async with path.database.transaction(Scope.everything()) as connection:
            await enqueue(connection, [late])
            await path.commit(*(snapshot() for _ in range(20)))
            await wait_until(others_published)
        await wait_until(path.all_settled)
        assert (await path.stored())[-1].key == late.key

    async def test_the_insert_goes_into_a_callers_own_statement(self, path: EventPath) -> None:
        insert, arguments = outbox_insert([snapshot(), snapshot()], first=2)
        async with path.database.transaction(Scope.everything()) as connection:
            answer = await connection.fetchval(
                f"WITH sent AS ({insert} RETURNING id) SELECT $1::int + count(*) FROM sent", 40, *arguments
            )
        assert answer == 42
        assert await path.rows() == 2


@pytest.mark.req("SYS01")
class TestElection:
    async def test_one_is_elected_and_another_takes_over(self, path: EventPath) -> None:
        relays = [path.relay(), path.relay()]
        tasks = [path.start(relay.run()) for relay in relays]
        await path.commit(*(snapshot() for _ in range(30)))
        await wait_until(path.all_settled)
        assert sorted(relay.leading for relay in relays) == [False, True]
        leader = 0 if relays[0].leading else 1
        tasks[leader].cancel()
        await wait_until(lambda: relays[1 - leader].leading)
        await path.commit(snapshot())
        await wait_until(path.all_settled)
        assert len(await path.stored()) == 31

    async def test_it_stops_when_told_to_also_while_rows_keep_coming(self, path: EventPath) -> None:
        for _ in range(20):
            relay = path.relay()
            task = path.start(relay.run())
            await wait_until(lambda: relay.leading)  # noqa: B023 - used within the round
            await path.commit(*(snapshot() for _ in range(3)))
            relay.nudge()
            task.cancel()
            await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), 5)
            assert task.cancelled()

    async def test_a_relay_whose_session_is_cut_stands_again(self, path: EventPath, database_url: str) -> None:
        relay = path.relay()
        path.start(relay.run())
        await wait_until(lambda: relay.leading)
        surgeon = await asyncpg.connect(database_url)

        async def holders() -> list[int]:
            rows = await surgeon.fetch(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            return [row["pid"] for row in rows]

        [first] = await holders()
        await surgeon.execute(f"SELECT pg_terminate_backend({first})")

        async def stands_again() -> bool:
            # Told by the session, not by a moment without a leader, which may be too short to be seen.
            return relay.leading and await holders() not in ([], [first])

        await wait_until(stands_again)
        await surgeon.close()
        await path.commit(snapshot())
        await wait_until(path.all_settled)


class TestUnpublishable:
    @pytest.mark.parametrize("neighbours", [3, 40])
    async def test_a_message_too_large_takes_no_neighbour_along(self, path: EventPath, neighbours: int) -> None:
        giant = snapshot(filler=(await path.nats.client()).max_payload)
        others = [snapshot() for _ in range(neighbours)]
        await path.commit(others[0], giant, *others[1:])
        path.start(path.relay().run())
        await wait_until(path.all_settled)
        assert [event.key for event in await path.stored()] == [each.key for each in others]
        async with path.database.acquire(Scope.everything()) as connection:
            failed = await connection.fetch("SELECT key, failure FROM outbox WHERE failed_at IS NOT NULL")
            (row,) = await failed_rows(connection)
            assert await retry_failed(connection, [row.id]) == 1
        assert [tuple(row) for row in failed] == [(giant.key, "too_large")]
        assert (row.key, row.failure) == (giant.key, "too_large")
        await wait_until(path.all_settled)
        await wait_until(lambda: path.metric("yihu_outbox_failed_rows") == 1)

    async def test_a_message_that_the_stream_refuses_is_found_in_its_batch(self, path: EventPath) -> None:
        jetstream = await path.jetstream()
        configuration = (await jetstream.stream_info(SNAPSHOTS)).config
        await jetstream.update_stream(configuration.evolve(max_msg_size=4096))
        others = [snapshot() for _ in range(40)]
        await path.commit(*others[:20], snapshot(filler=8192), *others[20:])
        path.start(path.relay().run())
        await wait_until(path.all_settled)
        assert {event.key for event in await path.stored()} == {each.key for each in others}
        assert await path.rows("failure = 'too_large'") == 1

    async def test_a_subject_that_no_stream_carries_is_set_aside(self, path: EventPath) -> None:
        await path.commit(snapshot(subject="snapshots.a b"), snapshot(subject="nowhere"), snapshot())
        path.start(path.relay().run())
        await wait_until(path.all_settled)
        assert await path.rows("failure = 'no_stream'") == 2
        assert len(await path.stored()) == 1


class TestHousekeeping:
    async def test_only_rows_published_long_ago_are_discarded(self, path: EventPath) -> None:
        now = datetime(2020, 6, 1, tzinfo=UTC)
        settings = RelaySettings(outbox_keep_days=14, discard_rows=2)
        relay = Relay(path.database, path.nats, MovableClock(now), settings)
        await path.commit(*(snapshot() for _ in range(9)))
        async with path.database.transaction(Scope.everything()) as connection:
            await connection.execute("UPDATE outbox SET created_at = $1", now - timedelta(days=30))
            await connection.execute(
                "UPDATE outbox SET published_at = $1 WHERE id > (SELECT min(id) + 3 FROM outbox)",
                now - timedelta(days=15),
            )
            await connection.execute(
                "UPDATE outbox SET published_at = $1, created_at = $1 WHERE id = (SELECT max(id) FROM outbox)",
                now - timedelta(days=1),
            )
        assert await relay.discard_published() == 4
        assert await path.rows("published_at IS NULL") == 4
        assert await path.rows() == 5
        assert await relay.discard_published() == 0
