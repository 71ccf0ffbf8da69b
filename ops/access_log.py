"""`make verify-log`: is each log of who saw personal data still whole?"""

import asyncio
import os
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from ops.home import Home
from ops.topology import services
from shared.embedded.postgres import SUPERUSER
from shared.pii.access_log import TABLE, ChainReport, verify_chain


def verify_log(home: Home) -> int:
    """Check the chain of every database of the running system, as its administrator; 0 = all whole.

    Prints entries and last hash of each: kept elsewhere, they show later that no end was cut off. Without
    `YIHU_DATABASE_URL` the home's own PostgreSQL is asked.
    """
    try:
        found = asyncio.run(check(_administrator(home), [f"yihu_{one.name}" for one in services()], home=home))
    except (OSError, asyncpg.PostgresError) as failure:
        sys.stderr.write(f"the database cannot be asked: {failure}\n")
        return 2
    for database, report in found:
        state = "whole" if report.intact else f"BROKEN at entry {report.broken_at}"
        print(f"{database:24} {report.entries:9,} entries  {state}  {report.head.hex()}")
    return 0 if all(report.intact for _, report in found) else 1


async def check(url: str, databases: Sequence[str], *, home: Home | None = None) -> list[tuple[str, ChainReport]]:
    """The report of each of these databases that exists and keeps a log."""
    found = []
    passfile = str(home.pgpass_file) if home is not None and home.pgpass_file.exists() else None
    for database in databases:
        address = urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
        try:
            connection = await asyncpg.connect(address, passfile=passfile, timeout=10)
        except asyncpg.InvalidCatalogNameError:
            continue
        try:
            if await connection.fetchval("SELECT to_regclass($1)", TABLE) is not None:
                # One moment of the log, whoever is being logged meanwhile.
                async with connection.transaction(isolation="repeatable_read", readonly=True):
                    found.append((database, await verify_chain(connection)))  # type: ignore[arg-type]  # reads only
        finally:
            await connection.close()
    return found


def _administrator(home: Home) -> str:
    if url := os.environ.get("YIHU_DATABASE_URL"):
        return url
    return f"postgresql://{SUPERUSER}@127.0.0.1:{home.server_port('postgres')}/postgres"
