"""A connection to NATS can be closed in whatever moment it is."""

import asyncio

from shared.snapshots import connect


async def test_closed_while_it_is_being_made(nats_url: str) -> None:
    before = asyncio.all_tasks()
    for moment in range(80):
        connection = connect(nats_url, name="short-lived")
        await asyncio.sleep(moment / 5_000)  # from the first packet until after the last stream was made
        async with asyncio.timeout(10):
            await connection.close()
        assert not connection.connected
    await asyncio.sleep(0)
    assert {task for task in asyncio.all_tasks() - before if not task.done()} == set()


async def test_closed_while_the_server_says_nothing(unused_tcp_port: int) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", unused_tcp_port)
    async with server:
        connection = connect(f"nats://127.0.0.1:{unused_tcp_port}", name="unanswered")
        await asyncio.sleep(0.05)
        async with asyncio.timeout(10):
            await connection.close()
