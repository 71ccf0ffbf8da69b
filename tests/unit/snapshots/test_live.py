"""The live feed: nothing is missed unsaid, and a feed that is down says so."""

import pytest

from shared.snapshots import STATUS, LiveEvent, LiveFeed, OutboxMessage
from shared.testing.waiting import wait_until
from tests.unit.snapshots.event_path import EventPath, snapshot


def changed() -> OutboxMessage:
    return snapshot(subject="status.changed")


class Watcher:
    """Someone who looks on, and notes what it saw and whether the feed called itself connected then."""

    def __init__(self, path: EventPath, *, start_sequence: int | None = None) -> None:
        self.feed = LiveFeed(path.nats, start_sequence=start_sequence)
        self.seen: list[LiveEvent] = []
        self.connected: list[bool] = []
        path.start(self._watch())

    async def _watch(self) -> None:
        async for event in self.feed.events():
            self.connected.append(self.feed.connected)
            self.seen.append(event)

    @property
    def summary(self) -> list[tuple[int, str, bool]]:
        return [(each.sequence, each.event.key, each.gap) for each in self.seen]


@pytest.mark.req("SYS01")
class TestLiveFeed:
    async def test_begins_with_what_comes_from_now_on(self, path: EventPath) -> None:
        await path.publish(changed())
        watcher = Watcher(path)
        assert not watcher.feed.connected
        await wait_until(lambda: watcher.feed.connected)
        sent = changed()
        await path.publish(sent)
        await wait_until(lambda: bool(watcher.seen))
        assert watcher.summary == [(2, sent.key, False)]

    async def test_is_connected_only_once_it_has_caught_up(self, path: EventPath) -> None:
        sent = [changed() for _ in range(10)]
        await path.publish(*sent)
        watcher = Watcher(path, start_sequence=4)
        await wait_until(lambda: watcher.feed.connected)
        assert watcher.summary == [(place, sent[place - 1].key, False) for place in range(4, 11)]
        assert not any(watcher.connected)

    async def test_a_break_shows_and_nothing_is_missed_after_it(self, path: EventPath) -> None:
        watcher = Watcher(path)
        await wait_until(lambda: watcher.feed.connected)
        path.server.stop()
        await wait_until(lambda: not watcher.feed.connected)
        path.server.start()
        sent = [changed() for _ in range(3)]
        await path.publish(*sent)
        await wait_until(lambda: len(watcher.seen) == 3)
        await wait_until(lambda: watcher.feed.connected)
        assert watcher.feed.breaks == 1
        assert watcher.summary == [(place, each.key, False) for place, each in enumerate(sent, start=1)]

    async def test_a_gap_is_told(self, path: EventPath) -> None:
        sent = [changed() for _ in range(5)]
        await path.publish(*sent)
        await (await path.jetstream()).purge_stream(STATUS, seq=4)
        watcher = Watcher(path, start_sequence=2)
        await wait_until(lambda: len(watcher.seen) == 2)
        assert watcher.summary == [(4, sent[3].key, True), (5, sent[4].key, False)]

    async def test_a_stream_made_anew_is_a_gap(self, path: EventPath) -> None:
        sent = changed()
        await path.publish(sent)
        watcher = Watcher(path, start_sequence=500)
        await wait_until(lambda: bool(watcher.seen))
        assert watcher.summary == [(1, sent.key, True)]

    async def test_what_is_no_event_is_passed_over(self, path: EventPath) -> None:
        watcher = Watcher(path)
        await wait_until(lambda: watcher.feed.connected)
        await (await path.jetstream()).publish("status.changed", b"no event")
        sent = changed()
        await path.publish(sent)
        await wait_until(lambda: bool(watcher.seen))
        assert watcher.summary == [(2, sent.key, False)]
