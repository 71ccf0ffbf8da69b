"""A look behind the gateway with the home's administrator: streams and databases as they are."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import nats
import nats.errors
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig

from ops.topology import departments
from shared.embedded.postgres import SUPERUSER
from shared.testing.waiting import wait_until
from tests.gateway.system import System


def nats_admin_url(home: Path) -> str:
    password = json.loads((home / "secrets.json").read_bytes())["nats"]["yihu"]
    return f"nats://yihu:{password}@127.0.0.1:{(home / 'nats.port').read_text().strip()}"


def postgres_admin_url(home: Path) -> str:
    password = json.loads((home / "secrets.json").read_bytes())["postgres_admin"]
    port = (home / "postgres.port").read_text().strip()
    return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres"


async def messages_of(stream: JetStreamContext, name: str) -> AsyncIterator[tuple[str, bytes]]:
    """Subject and data of every message that the stream holds now."""
    left = (await stream.stream_info(name)).state.messages
    if left == 0:
        return
    reader = await stream.pull_subscribe("", stream=name, config=ConsumerConfig(ack_policy=AckPolicy.NONE))
    try:
        while left > 0:
            try:
                batch = await reader.fetch(min(500, left), timeout=10)
            except (nats.errors.TimeoutError, TimeoutError):
                # Some may have been removed meanwhile, as a full stream is; whatever is still there has to come.
                if (await reader.consumer_info()).num_pending == 0:
                    return
                continue
            left -= len(batch)
            for message in batch:
                yield message.subject, message.data
    finally:
        await reader.unsubscribe()


@contextlib.asynccontextmanager
async def jetstream(system: System) -> AsyncIterator[JetStreamContext]:
    connection = await nats.connect(nats_admin_url(system.home))
    try:
        yield connection.jetstream()
    finally:
        await connection.close()


async def all_consumed(system: System, stream: JetStreamContext) -> None:
    """Wait until every service has published all that it had to say, and taken in all that others said."""

    async def nothing_pending() -> bool:
        consumers = await stream.consumers_info("SNAPSHOTS")
        durable = [one for one in consumers if one.config.durable_name]
        assert durable
        return all(one.num_pending == 0 and one.num_ack_pending == 0 for one in durable)

    async def nothing_waits() -> bool:
        # Twice: what was in an outbox at the first look has been published and taken in by the second.
        if not await nothing_pending():
            return False
        for service in departments():
            if await unpublished(system, service.name):
                return False
        return await nothing_pending()

    await wait_until(nothing_waits, seconds=90)


async def unpublished(system: System, service: str) -> int:
    connection = await asyncpg.connect(postgres_admin_url(system.home), database=f"yihu_{service}")
    try:
        return int(await connection.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL"))
    finally:
        await connection.close()


async def status_version(system: System, household_id: str) -> int:
    """How often the household's status has changed, as the registry holds it now."""
    connection = await asyncpg.connect(postgres_admin_url(system.home), database="yihu_registry")
    try:
        sql = "SELECT version FROM household_status WHERE household_id = $1::uuid"
        return int(await connection.fetchval(sql, household_id))
    finally:
        await connection.close()
