"""The command for dead letters, as its user runs it."""

import asyncio
import sys

import orjson

from shared.snapshots.deadletters import dead_letters
from shared.testing.waiting import wait_until
from tests.unit.snapshots.event_path import EventPath


async def command(path: EventPath, *arguments: str) -> tuple[int | None, str]:
    """Run it; the exit status and what it wrote."""
    module = ("-m", "shared.snapshots.deadletters", "--nats-url", path.server.url)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *module, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_list_show_and_redrive(path: EventPath) -> None:
    jetstream = await path.jetstream()
    await jetstream.publish("snapshots.health", b'{"no":"event"}')
    consuming = path.start(path.consumer().run())

    async def buried() -> bool:
        return len(await dead_letters(jetstream)) == 1

    await wait_until(buried)
    consuming.cancel()

    status, output = await command(path, "list")
    assert status == 0
    assert output.split("\t")[:4] == ["1", "registry", "MalformedEvent", "snapshots.health"]
    status, output = await command(path, "show", "1")
    assert status == 0
    assert orjson.loads(output)["payload"] == {"no": "event"}
    assert await command(path, "redrive", "1") == (0, "published again as 2\n")
    assert await command(path, "show", "1") == (1, "no dead letter has number 1\n")
    assert await command(path, "redrive", "--all") == (0, "0 published again\n")
