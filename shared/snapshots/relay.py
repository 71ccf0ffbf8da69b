"""The relay: one elected publisher a database, from the outbox to the streams (ADR 0001)."""

import asyncio
import contextlib
import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

import asyncpg
import nats.errors

from shared.cancellation import end
from shared.clock import Clock
from shared.database import Database, Leader, Scope
from shared.snapshots import metrics
from shared.snapshots.connection import NatsConnection, NatsUnavailable
from shared.snapshots.pace import Pace
from shared.snapshots.publishing import Outcome, Row, publish
from shared.snapshots.streams import make_room, stream_of

_logger = logging.getLogger(__name__)

# Payload sizes are summed before any payload is read: a queue of large rows must not fill the memory.
_PENDING = """
SELECT outbox.id, outbox.subject, outbox.payload
FROM (
    SELECT id, sum(octet_length(payload)) OVER (ORDER BY id) - octet_length(payload) AS before
    FROM (
        SELECT id, payload FROM outbox
        WHERE published_at IS NULL AND failed_at IS NULL AND NOT subject = ANY($3::text[])
        ORDER BY id LIMIT $1
    ) AS queue
) AS sized
JOIN outbox USING (id)
WHERE sized.before < $2
ORDER BY outbox.id
"""
_MARK = "UPDATE outbox SET published_at = now() WHERE id = ANY($1::bigint[])"
_FAIL = """
UPDATE outbox SET failed_at = now(), failure = fault.reason
FROM unnest($1::bigint[], $2::text[]) AS fault(id, reason)
WHERE outbox.id = fault.id
"""
_LAG = """
SELECT count(*) AS pending, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS oldest,
       (SELECT count(*) FROM outbox WHERE failed_at IS NOT NULL) AS failed
FROM outbox WHERE published_at IS NULL AND failed_at IS NULL
"""
_DISCARD = """
WITH page AS (SELECT id, created_at, published_at FROM outbox WHERE id > $1 ORDER BY id LIMIT $2),
     gone AS (DELETE FROM outbox USING page WHERE outbox.id = page.id AND page.published_at < $3 RETURNING 1)
SELECT max(id) AS last_id, coalesce(bool_or(created_at >= $3), true) AS young, (SELECT count(*) FROM gone) AS deleted
FROM page
"""


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Sizes and times of a relay (seconds, rows, bytes)."""

    batch_rows: int = 1000
    """An atomic batch holds 1,000 messages at most (a limit of the server)."""
    batch_bytes: int = 8 * 1024 * 1024
    poll_shortest_seconds: float = 0.05
    poll_longest_seconds: float = 0.2
    pace: Pace = field(default_factory=Pace)
    """The time between two publications of less than `gathered_rows`."""
    gathered_rows: int = 256
    acknowledge_seconds: float = 10.0
    back_off_longest_seconds: float = 2.0
    measure_seconds: float = 5.0
    housekeeping_seconds: float = 300.0
    outbox_keep_days: int = 14
    discard_rows: int = 5000


class Relay:
    """Publishes what transactions left in the outbox, once at least, without ever holding a lock while it does.

    Run it in every replica: one is elected, the others stand by. Rows wait while NATS is away.
    """

    def __init__(
        self, database: Database, nats: NatsConnection, clock: Clock, settings: RelaySettings | None = None
    ) -> None:
        self._database = database
        self._nats = nats
        self._clock = clock
        self._settings = settings or RelaySettings()
        self._nudged = asyncio.Event()
        self._subjects: set[str] = set()
        self.leading = False

    def nudge(self) -> None:
        """Say that a transaction with outbox rows has committed in this process. Cheap; call it after every commit."""
        self._nudged.set()

    async def run(self) -> None:
        """Stand for election, and publish while elected; for ever, through every loss of the database or of NATS."""
        while True:
            try:
                async with Leader(self._database, "outbox-relay").elected() as lost:
                    await self._lead(lost)
            # The driver's internal error: a connection that the server drops just as it is taken from the pool.
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
                _logger.warning("outbox relay interrupted: %s", type(error).__name__)
                await asyncio.sleep(self._settings.back_off_longest_seconds)

    async def _lead(self, lost: asyncio.Event) -> None:
        self.leading = True
        metrics.OUTBOX_LEADER.labels(self._database.name).set(1)
        tasks: set[asyncio.Task[object]] = {
            asyncio.create_task(work) for work in (lost.wait(), self._publish_all(), self._measure(), self._clean())
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end(tasks)
            self.leading = False
            metrics.OUTBOX_LEADER.labels(self._database.name).set(0)
            for gauge in (metrics.OUTBOX_PENDING, metrics.OUTBOX_OLDEST, metrics.OUTBOX_FAILED):
                with contextlib.suppress(KeyError):
                    gauge.remove(self._database.name)  # the next leader's word counts, not the last one of this

    async def _publish_all(self) -> None:
        settings, loop = self._settings, asyncio.get_running_loop()
        pause = back_off = settings.poll_shortest_seconds
        full: dict[str, float] = {}
        while True:
            self._nudged.clear()
            full = {stream: until for stream, until in full.items() if until > loop.time()}
            rows = await self._pending(without=full)
            if not rows:
                # Another replica's rows are found by looking; the longer nothing comes, the less often.
                pause = min(pause * 1.5, settings.poll_longest_seconds)
                # Not wait_for: in Python 3.11 it forgets a cancellation that comes together with the nudge.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._nudged.wait()
                continue
            pause = settings.poll_shortest_seconds
            began = loop.time()
            outcome = await self.publish_once(rows)
            for stream in outcome.full:
                if not await self._make_room(stream):
                    # Passed over for a while, so that the rows of other streams behind these get their turn.
                    full[stream] = loop.time() + settings.back_off_longest_seconds
            if outcome.trouble is None:
                back_off = settings.poll_shortest_seconds
                if len(rows) < settings.gathered_rows:
                    # The first row after a rest goes out at once; a stream of them goes out together.
                    await asyncio.sleep(began + settings.pace.seconds(loop.time() - began) - loop.time())
                continue
            _logger.warning("outbox rows wait: %s", outcome.trouble)
            await asyncio.sleep(back_off)
            back_off = min(back_off * 2, settings.back_off_longest_seconds)

    async def _make_room(self, stream: str) -> bool:
        try:
            made = await make_room(self._nats.client_now().jetstream(), stream)
        except (OSError, nats.errors.Error) as error:
            _logger.warning("no room could be made in %s: %s", stream, error)
            return False
        _logger.warning("%s is full: %s", stream, "room made" if made else "a consumer lags; rows wait")
        return made

    async def _pending(self, *, without: Collection[str]) -> list[Row]:
        subjects = [subject for subject in self._subjects if stream_of(subject) in without]
        async with self._database.acquire(Scope.everything()) as connection:
            records = await connection.fetch(_PENDING, self._settings.batch_rows, self._settings.batch_bytes, subjects)
        rows = [Row(id=record["id"], subject=record["subject"], payload=record["payload"]) for record in records]
        self._subjects.update(row.subject for row in rows)
        return rows

    async def publish_once(self, rows: list[Row]) -> Outcome:
        """Publish these rows and mark what became of them."""
        try:
            client = self._nats.client_now()
        except NatsUnavailable as error:
            return Outcome(trouble=str(error))
        outcome = await publish(client, rows, timeout_seconds=self._settings.acknowledge_seconds)
        await self._mark(outcome)
        return outcome

    async def _mark(self, outcome: Outcome) -> None:
        # A statement of its own, after the acknowledgement: dying in between publishes again, which harms nobody.
        async with self._database.acquire(Scope.everything()) as connection:
            if outcome.published:
                await connection.execute(_MARK, outcome.published)
            if outcome.refused:
                await connection.execute(_FAIL, list(outcome.refused), list(outcome.refused.values()))
        metrics.OUTBOX_PUBLISHED.labels(self._database.name).inc(len(outcome.published))
        metrics.OUTBOX_REFUSED.labels(self._database.name).inc(len(outcome.refused))
        for row_id, reason in outcome.refused.items():
            _logger.error("outbox row %d cannot be published: %s", row_id, reason)

    async def _measure(self) -> None:
        while True:
            async with self._database.acquire(Scope.everything()) as connection:
                lag = await connection.fetchrow(_LAG)
            if lag is not None:
                metrics.OUTBOX_PENDING.labels(self._database.name).set(lag["pending"])
                metrics.OUTBOX_OLDEST.labels(self._database.name).set(lag["oldest"])
                metrics.OUTBOX_FAILED.labels(self._database.name).set(lag["failed"])
            await asyncio.sleep(self._settings.measure_seconds)

    async def _clean(self) -> None:
        while True:
            await self.discard_published()
            await asyncio.sleep(self._settings.housekeeping_seconds)

    async def discard_published(self) -> int:
        """Delete rows published more than `outbox_keep_days` ago, page by page in their order; return how many."""
        before = self._clock.now() - timedelta(days=self._settings.outbox_keep_days)
        deleted, last_id, young = 0, 0, False
        while not young:
            async with self._database.acquire(Scope.everything()) as connection:
                page: asyncpg.Record | None = await connection.fetchrow(
                    _DISCARD, last_id, self._settings.discard_rows, before
                )
            if page is None or page["last_id"] is None:
                break
            deleted, last_id, young = deleted + page["deleted"], page["last_id"], page["young"]
        return deleted
