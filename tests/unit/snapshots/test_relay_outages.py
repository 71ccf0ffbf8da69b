"""The relay through every failure: NATS or PostgreSQL away, a death between two acts, a stream that is full."""

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from shared.clock import SystemClock
from shared.database import Database, Scope
from shared.embedded.nats import EmbeddedNats
from shared.embedded.postgres import RELAXED, EmbeddedPostgres
from shared.snapshots import SNAPSHOTS, Event, Relay, StreamLimits, StreamSettings, connect, ensure_streams
from shared.snapshots.deadletters import dead_letters
from shared.testing.waiting import wait_until
from tests.unit.snapshots.event_path import RELAY_SETTINGS, EventPath, make_outbox, snapshot


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
