"""The limits that the figures are set beside: a bare FastAPI endpoint, a bare asyncpg transaction."""

import asyncio
import time

import asyncpg

from ops.bench.load import Measured

PROBE_APP = "ops.bench.probe:app"
_TABLES = """
CREATE TABLE probe_record (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, household bigint, content jsonb);
CREATE TABLE probe_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload bytea);
"""
_WRITE = """
WITH record AS (INSERT INTO probe_record (household, content) VALUES ($1, $2::jsonb) RETURNING id)
INSERT INTO probe_outbox (payload) SELECT $3 FROM record
"""


async def bare_transactions(url: str, *, clients: int, seconds: float) -> Measured:
    """Record and outbox row in one statement and one commit, from so many connections at once; no service around it."""
    pool = await asyncpg.create_pool(url, min_size=clients, max_size=clients)
    await pool.execute("DROP TABLE IF EXISTS probe_record, probe_outbox")
    for statement in filter(str.strip, _TABLES.split(";")):
        await pool.execute(statement)
    times: list[float] = []
    began = time.perf_counter()
    end = began + seconds

    async def client(number: int) -> None:
        payload = b"x" * 600
        async with pool.acquire() as connection:
            while (sent := time.perf_counter()) < end:
                await connection.execute(_WRITE, number, '{"year": 2020}', payload)
                times.append(time.perf_counter() - sent)

    try:
        await asyncio.gather(*(client(number) for number in range(clients)))
        return Measured(len(times), time.perf_counter() - began, times)
    finally:
        await pool.execute("DROP TABLE probe_record, probe_outbox")
        await pool.close()
