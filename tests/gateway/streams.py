"""A look behind the gateway with the home's administrator: the streams as they are, and the databases' address."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import nats.errors
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig

from shared.embedded.postgres import SUPERUSER


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
