"""The consumer: every event has its effect once at least, in any order, and a bad one stays alone."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from shared.snapshots import SNAPSHOTS, Event, MalformedEvent
from shared.snapshots.deadletters import dead_letter, dead_letters, redrive, redrive_all
from shared.testing.waiting import wait_until
from tests.unit.snapshots.event_path import CONSUMER_SETTINGS, DURABLE, EventPath, snapshot


@pytest.mark.req("SYS01")
class TestDelivery:
    async def test_shuffled_and_doubled_events_end_in_the_same_state(self, path: EventPath) -> None:
        sent = [snapshot(f"household-{n}", version=version) for n in range(20) for version in range(1, 11)]
        shuffled = [*sent, *sent]
        random.Random(7).shuffle(shuffled)  # noqa: S311 - a fixed order for a test
        await path.publish(*shuffled)
        path.start(path.consumer().run())
        await wait_until(lambda: path.ledger.knows(*sent))
        await wait_until(path.all_acknowledged)
        assert path.ledger.versions == {("health", f"household-{n}"): 10 for n in range(20)}
        for batch in path.ledger.batches:
            assert len({(event.source, event.key) for event in batch}) == len(batch) <= 256

    async def test_replicas_share_the_work(self, path: EventPath) -> None:
        sent = [snapshot() for _ in range(600)]
        for _ in range(3):
            path.start(path.consumer().run())
        await path.publish(*sent)
        await wait_until(lambda: path.ledger.knows(*sent))
        handled = sum(len(batch) for batch in path.ledger.batches)
        assert len(sent) <= handled < 2 * len(sent)  # a slow machine may repeat a few; a copy for each would be 1,800

    async def test_an_event_arrives_while_the_consumer_waits(self, path: EventPath) -> None:
        path.start(path.consumer().run())
        for version in range(1, 20):
            sent = snapshot("household", version=version)
            await path.publish(sent)
            await wait_until(lambda: path.ledger.knows(sent))  # noqa: B023 - used within the round

    async def test_nats_may_go_and_come_back(self, path: EventPath) -> None:
        path.start(path.consumer().run())
        before, after = snapshot(), snapshot()
        await path.publish(before)
        await wait_until(lambda: path.ledger.knows(before))
        path.server.stop()
        await wait_until(lambda: not path.nats.connected)
        path.server.start()
        await path.publish(after)
        await wait_until(lambda: path.ledger.knows(after))

    async def test_what_a_stopping_replica_holds_goes_to_another_at_once(self, path: EventPath) -> None:
        held = asyncio.Event()

        async def hang(events: Sequence[Event]) -> None:
            held.set()
            await asyncio.Event().wait()

        sent = [snapshot() for _ in range(5)]
        await path.publish(*sent)
        stopping = path.start(path.consumer(hang).run())
        await held.wait()
        path.start(path.consumer().run())
        loop = asyncio.get_running_loop()
        cancelled_at = loop.time()
        stopping.cancel()
        await wait_until(lambda: path.ledger.knows(*sent))
        assert loop.time() - cancelled_at < CONSUMER_SETTINGS.acknowledge_wait_seconds

    async def test_an_event_long_worked_on_is_not_given_to_another(self, path: EventPath) -> None:
        begun, release = asyncio.Event(), asyncio.Event()

        async def slow(events: Sequence[Event]) -> None:
            begun.set()
            await release.wait()
            await path.ledger.handle(events)

        await path.publish(snapshot())
        path.start(path.consumer(slow).run())
        await begun.wait()
        path.start(path.consumer().run())
        loop = asyncio.get_running_loop()
        enough = loop.time() + 2.2 * CONSUMER_SETTINGS.acknowledge_wait_seconds
        await wait_until(lambda: loop.time() > enough)
        info = await (await path.jetstream()).consumer_info(SNAPSHOTS, DURABLE)
        assert info.num_redelivered == 0
        assert not path.ledger.batches
        release.set()
        await wait_until(path.all_acknowledged)
        assert len(path.ledger.batches) == 1


@pytest.mark.req("SYS01")
class TestFaults:
    async def test_an_outage_is_waited_out_and_costs_no_event(self, path: EventPath) -> None:
        attempts = 0

        async def handle(events: Sequence[Event]) -> None:
            nonlocal attempts
            attempts += 1
            if attempts <= 5:
                raise ConnectionRefusedError("the database is away")
            await path.ledger.handle(events)

        sent = [snapshot() for _ in range(10)]
        await path.publish(*sent)
        path.start(path.consumer(handle).run())
        await wait_until(lambda: path.ledger.knows(*sent))
        await wait_until(path.all_acknowledged)
        assert await dead_letters(await path.jetstream()) == []

    async def test_a_poison_is_isolated_buried_and_sent_again(self, path: EventPath) -> None:
        good = [snapshot() for _ in range(50)]
        bad = snapshot("poison", version=4)
        path.ledger.poison.add("poison")
        await path.publish(*good[:25], bad, *good[25:])
        path.start(path.consumer().run())
        jetstream = await path.jetstream()

        async def buried() -> bool:
            return len(await dead_letters(jetstream)) == 1

        await wait_until(buried)
        await wait_until(path.all_acknowledged)
        assert path.ledger.knows(*good)
        (letter,) = await dead_letters(jetstream, consumer=DURABLE)
        assert (letter.error, letter.consumer, letter.stream) == ("ValueError", DURABLE, SNAPSHOTS)
        assert (letter.subject, letter.sequence, letter.deliveries) == ("snapshots.health", 26, 3)
        assert letter.payload == bad.payload
        assert letter.stored_at <= letter.failed_at
        assert await dead_letter(jetstream, letter.number) == letter
        assert await dead_letters(jetstream, consumer="health") == []
        assert await dead_letters(jetstream, after=letter.number) == []

        path.ledger.poison.clear()
        await redrive(jetstream, letter.number)
        await wait_until(lambda: path.ledger.knows(bad))
        assert await dead_letters(jetstream) == []

    async def test_a_service_cannot_speak_in_the_name_of_another(self, path: EventPath) -> None:
        """NATS keeps a service to its own subject; what the envelope says must agree with it."""
        honest = snapshot()
        as_education = snapshot("forged", version=9, source="education", subject="snapshots.health")
        as_registry = snapshot("forged", version=9, source="registry", subject="snapshots.health")
        await path.publish(as_education, honest, as_registry)
        path.start(path.consumer().run())
        await wait_until(lambda: path.ledger.knows(honest))
        await wait_until(path.all_acknowledged)
        assert path.ledger.versions == {("health", honest.key): 1}
        letters = await dead_letters(await path.jetstream())
        assert [(letter.subject, letter.error) for letter in letters] == [("snapshots.health", "MalformedEvent")] * 2

    async def test_the_older_version_of_a_poison_still_has_its_effect(self, path: EventPath) -> None:
        async def handle(events: Sequence[Event]) -> None:
            if any(event.version == 2 for event in events):
                raise ValueError("version 2 cannot be handled")
            await path.ledger.handle(events)

        await path.publish(snapshot("household", version=1), snapshot("household", version=2))
        path.start(path.consumer(handle).run())
        jetstream = await path.jetstream()

        async def buried() -> bool:
            return len(await dead_letters(jetstream)) == 1

        await wait_until(buried)
        await wait_until(path.all_acknowledged)
        assert path.ledger.versions == {("health", "household"): 1}

    @pytest.mark.parametrize("payload", [b"", b"not JSON", b"{}", b"\xff\x00"])
    async def test_what_is_no_event_is_buried_at_once(self, path: EventPath, payload: bytes) -> None:
        jetstream = await path.jetstream()
        await jetstream.publish("snapshots.health", payload)
        good = snapshot()
        await path.publish(good)
        path.start(path.consumer().run())
        await wait_until(lambda: path.ledger.knows(good))
        await wait_until(path.all_acknowledged)
        (letter,) = await dead_letters(jetstream)
        assert (letter.error, letter.deliveries, letter.payload) == ("MalformedEvent", 1, payload)

    async def test_data_that_the_handler_calls_malformed_is_buried_at_once(self, path: EventPath) -> None:
        async def handle(events: Sequence[Event]) -> None:
            if any(event.key == "strange" for event in events):
                raise MalformedEvent("no facts")
            await path.ledger.handle(events)

        good = [snapshot() for _ in range(5)]
        await path.publish(*good, snapshot("strange"))
        path.start(path.consumer(handle).run())
        await wait_until(lambda: path.ledger.knows(*good))
        await wait_until(path.all_acknowledged)
        (letter,) = await dead_letters(await path.jetstream())
        assert (letter.error, letter.deliveries) == ("MalformedEvent", 1)

    async def test_an_event_that_never_gets_an_answer_is_buried_unseen(self, path: EventPath) -> None:
        """As if its handler ended the process: the consumer is cut down in the middle, again and again."""
        bad = snapshot()
        await path.publish(bad)
        for _ in range(CONSUMER_SETTINGS.max_unanswered):
            held = asyncio.Event()

            async def die(events: Sequence[Event], held: asyncio.Event = held) -> None:
                held.set()
                await asyncio.Event().wait()

            victim = path.start(path.consumer(die).run())
            await held.wait()
            victim.cancel()
            await asyncio.gather(victim, return_exceptions=True)
        path.start(path.consumer().run())
        jetstream = await path.jetstream()

        async def buried() -> bool:
            return [letter.error for letter in await dead_letters(jetstream)] == ["Unanswered"]

        await wait_until(buried)
        assert not path.ledger.batches
        assert await redrive_all(jetstream) == 1
        await wait_until(lambda: path.ledger.knows(bad))
