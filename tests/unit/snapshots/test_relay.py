"""The relay: whatever was committed is published, through every failure, and nothing blocks the rest."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from shared.clock import MovableClock, SystemClock
from shared.database import Database, Scope
from shared.embedded.nats import EmbeddedNats
from shared.embedded.postgres import RELAXED, EmbeddedPostgres
from shared.snapshots import (
    SNAPSHOTS,
    Event,
    Relay,
    RelaySettings,
    StreamLimits,
    StreamSettings,
    connect,
    enqueue,
    ensure_streams,
    failed_rows,
    outbox_insert,
    retry_failed,
)
from shared.snapshots.deadletters import dead_letters
from shared.testing.waiting import wait_until
from tests.unit.snapshots.event_path import RELAY_SETTINGS, EventPath, make_outbox, snapshot


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
class TestOutages:
    async def test_rows_wait_while_nats_is_down_and_go_out_when_it_is_back(self, path: EventPath) -> None:
        path.start(path.relay().run())
        await path.commit(snapshot())
        await wait_until(path.all_settled)
        path.server.stop()
        await wait_until(lambda: not path.nats.connected)
        sent = [snapshot() for _ in range(50)]
        await path.commit(*sent)
        await wait_until(lambda: path.metric("yihu_outbox_pending_rows") == 50)
        assert await path.rows("published_at IS NULL AND failed_at IS NULL") == 50
        path.server.start()
        await wait_until(path.all_settled)
        assert {event.key for event in await path.stored()} >= {each.key for each in sent}

    async def test_nats_may_be_down_at_the_start(self, database: Database, own_nats: EmbeddedNats) -> None:
        own_nats.stop()
        async with connect(own_nats.url, name="early") as nats:
            path = EventPath(database, own_nats, nats)
            relay = path.relay()
            path.start(relay.run())
            sent = snapshot()
            await path.commit(sent)
            await wait_until(lambda: relay.leading)
            assert not nats.connected
            own_nats.start()
            await wait_until(path.all_settled)
            assert [event.key for event in await path.stored()] == [sent.key]
            await path.stop()

    async def test_a_relay_that_dies_between_publishing_and_marking_publishes_again(
        self, path: EventPath, database_url: str
    ) -> None:
        sent = snapshot()
        await path.commit(sent)
        blocker = await asyncpg.connect(database_url)
        lock = blocker.transaction()
        await lock.start()
        await blocker.execute("SELECT 1 FROM outbox FOR UPDATE")  # the mark has to wait; publishing does not
        doomed = await Database.open(database_url, name="doomed", min_size=1, max_size=4)
        dying = asyncio.create_task(Relay(doomed, path.nats, SystemClock(), RELAY_SETTINGS).run())

        async def published() -> bool:
            return len(await path.stored()) == 1

        await wait_until(published)
        dying.cancel()
        doomed.terminate()
        await asyncio.gather(dying, return_exceptions=True)
        # A server process that waits for a lock sees its client's end only after the lock: end it by hand.
        await blocker.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name LIKE 'yihu-doomed%'"
        )
        await lock.rollback()
        await blocker.close()
        assert await path.rows("published_at IS NULL") == 1

        path.start(path.relay().run())
        await wait_until(path.all_settled)
        assert [(event.key, event.version, event.id) for event in await path.stored()] == [
            (sent.key, sent.version, str(sent.event_id))
        ] * 2

    async def test_relay_and_consumer_outlive_a_restart_of_postgresql(
        self, own_nats: EmbeddedNats, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        cluster = EmbeddedPostgres(tmp_path_factory.mktemp("own"), password="of-a-test", settings=RELAXED)
        cluster.start()
        try:
            admin = await asyncpg.connect(cluster.admin_url)
            await make_outbox(admin)
            await admin.close()
            database = await Database.open(cluster.admin_url, name="restarted", min_size=1, max_size=4)
            async with connect(own_nats.url, name="restarted") as nats:
                path = EventPath(database, own_nats, nats)

                async def handle(events: Sequence[Event]) -> None:
                    async with database.transaction(Scope.everything()) as connection:
                        await connection.execute("SELECT 1")
                    await path.ledger.handle(events)

                relay = path.relay()
                path.start(relay.run())
                path.start(path.consumer(handle).run())
                before, meanwhile, after = snapshot(), snapshot(), snapshot()
                await path.commit(before)
                await wait_until(lambda: path.ledger.knows(before))
                cluster.stop()
                await wait_until(lambda: not relay.leading)
                await nats.client()
                await path.publish(meanwhile)
                cluster.start()
                await wait_until(lambda: relay.leading)
                for _ in range(4):  # each time the sessions break at another moment
                    cluster.stop()
                    await wait_until(lambda: not relay.leading)
                    cluster.start()
                    await wait_until(lambda: relay.leading)
                await path.commit(after)
                await wait_until(lambda: path.ledger.knows(meanwhile, after))
                assert await dead_letters(await path.jetstream()) == []
                await path.stop()
            await database.close()
        finally:
            cluster.remove()

    async def test_a_full_stream_pushes_back_and_loses_nothing(self, path: EventPath) -> None:
        jetstream = await path.jetstream()
        settings = StreamSettings()
        small = {**settings.limits, SNAPSHOTS: StreamLimits(max_bytes=64 * 1024, max_age_seconds=0)}
        await ensure_streams(jetstream, StreamSettings(limits=small))
        sent = [snapshot(filler=2000) for _ in range(60)]
        await path.commit(*sent)
        path.start(path.relay().run())

        async def filled() -> bool:
            return 0 < await path.rows("published_at IS NOT NULL") < len(sent)

        await wait_until(filled)
        await ensure_streams(jetstream, settings)
        await wait_until(path.all_settled)
        assert {event.key for event in await path.stored()} == {each.key for each in sent}

    async def test_a_full_stream_holds_up_no_other(self, path: EventPath) -> None:
        settings = StreamSettings()
        small = {**settings.limits, SNAPSHOTS: StreamLimits(max_bytes=16 * 1024, max_age_seconds=0)}
        await ensure_streams(await path.jetstream(), StreamSettings(limits=small))
        crowd = [snapshot(filler=1000) for _ in range(RELAY_SETTINGS.batch_rows + 50)]
        await path.commit(*crowd, snapshot(subject="policy.overrides"))
        path.start(path.relay().run())

        async def policy_published() -> bool:
            return await path.rows("published_at IS NOT NULL AND subject = 'policy.overrides'") == 1

        await wait_until(policy_published)
        assert await path.rows("published_at IS NULL") > 0

    async def test_a_full_stream_gives_up_what_every_consumer_has_had(self, path: EventPath) -> None:
        settings = StreamSettings()
        small = {**settings.limits, SNAPSHOTS: StreamLimits(max_bytes=64 * 1024, max_age_seconds=0)}
        await ensure_streams(await path.jetstream(), StreamSettings(limits=small))
        path.start(path.consumer().run())
        path.start(path.relay().run())
        sent = [snapshot(filler=2000) for _ in range(100)]
        await path.commit(*sent)
        await wait_until(path.all_settled)
        await wait_until(lambda: path.ledger.knows(*sent))


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
