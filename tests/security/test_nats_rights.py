"""What a service that has been taken over may do on NATS: speak for itself, read what it reads anyway, nothing else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import nats.errors
import orjson
import pytest

from ops.home import Home
from ops.nats_users import nats_users
from ops.topology import services
from shared.embedded import EmbeddedNats
from shared.snapshots import SNAPSHOTS, Consumer, Event
from shared.snapshots.connection import NatsConnection, connect
from shared.snapshots.events import FACTS, POLICY_OVERRIDES, ROSTER, STATUS_CHANGED, cloud_event
from shared.snapshots.live import LiveFeed

Connect = Callable[[str], NatsConnection]
PATIENCE_SECONDS = 20.0


@pytest.fixture
async def as_service(tmp_path: Path) -> AsyncIterator[Connect]:
    """`as_service("health")`: a connection with that service's rights, on a server configured as in production."""
    secrets = Home(tmp_path).secrets([service.name for service in services()])
    server = EmbeddedNats(tmp_path, users=nats_users(secrets))
    await asyncio.to_thread(server.start)
    async with contextlib.AsyncExitStack() as stack:
        opened: list[NatsConnection] = []

        def open_as(name: str) -> NatsConnection:
            opened.append(connect(server.url_of(name), name=name))
            return opened[-1]

        stack.push_async_callback(asyncio.to_thread, server.stop)
        registry = open_as("registry")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await registry.client()
        yield open_as
        for connection in opened:
            await connection.close()


def event(source: str, kind: str, key: str = "key") -> bytes:
    return cloud_event(source=source, type=kind, subject=key, version=1, data=b"{}", time=datetime.now(UTC))


async def test_a_department_publishes_and_consumes(as_service: Connect) -> None:
    registry, health = as_service("registry"), as_service("health")
    arrived: asyncio.Queue[Event] = asyncio.Queue()

    async def handle(events: Sequence[Event]) -> None:
        for one in events:
            arrived.put_nowait(one)

    def consumer(connection: NatsConnection, durable: str, subject: str) -> Consumer:
        return Consumer(connection, stream=SNAPSHOTS, durable=durable, subjects=[subject], handle=handle)

    roster, facts = event("registry", ROSTER, "roster"), event("health", FACTS, "facts")
    await (await registry.jetstream()).publish("snapshots.registry", roster)
    await (await health.jetstream()).publish("snapshots.health", facts)
    running = [
        asyncio.create_task(consumer(health, "health", "snapshots.registry").run()),
        asyncio.create_task(consumer(registry, "registry-status", "snapshots.*").run()),
    ]
    async with asyncio.timeout(PATIENCE_SECONDS):
        keys = sorted([(await arrived.get()).key for _ in range(3)])
    assert keys == ["facts", "roster", "roster"]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_the_gateway_follows_the_statuses(as_service: Connect) -> None:
    registry, gateway = as_service("registry"), as_service("gateway")
    feed = LiveFeed(gateway, start_sequence=1)
    await (await registry.jetstream()).publish("status.changed", event("registry", STATUS_CHANGED, "household"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for live in feed.events():
            assert live.event.key == "household"
            break


@pytest.mark.parametrize("service", ["health", "gateway"])
async def test_no_one_else_speaks_for_the_registry(as_service: Connect, service: str) -> None:
    client = await as_service(service).client()
    for subject in ("snapshots.registry", "snapshots.education", "status.changed", "policy.overrides", "_INBOX.x"):
        with pytest.raises((TimeoutError, nats.errors.Error)):
            await client.request(subject, event("registry", POLICY_OVERRIDES), timeout=0.3)


@pytest.mark.parametrize("service", ["health", "gateway"])
async def test_no_one_else_bends_the_streams(as_service: Connect, service: str) -> None:
    """A stream or a consumer of one's own could carry forged events to any subject, or show those of others."""
    client = await as_service(service).client()
    delivered = {"deliver_subject": "policy.overrides", "ack_policy": "none", "filter_subject": "snapshots.health"}
    requests = {
        "STREAM.CREATE.EVIL": {"name": "EVIL", "subjects": ["evil"]},
        "STREAM.UPDATE.SNAPSHOTS": {"name": "SNAPSHOTS", "subjects": ["snapshots.*"]},
        "STREAM.DELETE.STATUS": {},
        "STREAM.MSG.GET.SNAPSHOTS": {"seq": 1},
        "DIRECT.GET.SNAPSHOTS": {"seq": 1},
        "CONSUMER.DELETE.SNAPSHOTS.registry-status": {},
        "CONSUMER.CREATE.SNAPSHOTS": {"stream_name": "SNAPSHOTS", "config": delivered},
        "CONSUMER.CREATE.SNAPSHOTS.evil": {"stream_name": "SNAPSHOTS", "config": {**delivered, "name": "evil"}},
        "CONSUMER.CREATE.SNAPSHOTS.health": {"stream_name": "SNAPSHOTS", "config": {**delivered, "name": "health"}},
        "CONSUMER.DURABLE.CREATE.SNAPSHOTS.health": {"stream_name": "SNAPSHOTS", "config": delivered},
        "CONSUMER.MSG.NEXT.SNAPSHOTS.registry-status": {"batch": 1},
    }
    for subject, content in requests.items():
        with pytest.raises((TimeoutError, nats.errors.Error)):
            await client.request(f"$JS.API.{subject}", orjson.dumps(content), timeout=0.3)


async def test_a_filter_must_be_the_one_of_the_subject(as_service: Connect) -> None:
    """The rights name the filter, so the server must not take another one from the request's content."""
    client = await as_service("health").client()
    config = {"name": "health", "durable_name": "health", "ack_policy": "explicit", "filter_subject": "snapshots.*"}
    subject = "$JS.API.CONSUMER.CREATE.SNAPSHOTS.health.snapshots.registry"
    for changed in (config, {**config, "filter_subject": "", "filter_subjects": ["snapshots.health"]}):
        request = orjson.dumps({"stream_name": "SNAPSHOTS", "config": changed})
        assert "error" in orjson.loads((await client.request(subject, request, timeout=5)).data)


async def test_no_one_hears_the_answers_of_others(as_service: Connect) -> None:
    client = await as_service("health").client()
    heard: list[str] = []

    async def listen(message: object) -> None:
        heard.append("something")

    for subject in (">", "_INBOX.>", "_INBOX.registry.>", "snapshots.>", "$JS.>"):
        await client.subscribe(subject, cb=listen)
    await client.flush()
    registry = await as_service("registry").jetstream()
    await registry.publish("snapshots.registry", event("registry", ROSTER))
    await registry.stream_info(SNAPSHOTS)
    await client.flush()
    assert heard == []
