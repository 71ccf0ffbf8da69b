"""`make bench`: the figures of the main job and, in the same run, the limits they are to be read beside."""

import argparse
import asyncio
import json
import sys
import tempfile
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from ops.bench import limits, measures
from ops.bench.load import Measured, request, run_load
from ops.bench.report import Figure, report
from ops.bench.system import bare_fastapi, own_system
from ops.home import Home, Secrets
from ops.token import fetch_token
from shared.clock import SystemClock
from shared.embedded.postgres import SUPERUSER

TARGETS = {"updates": 800.0, "status reads": 5_000.0, "write to visible, p99 ms": 150.0, "batch rows": 8_000.0}
"""The floor of the main job on two cores with everything on one machine and durable settings on."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ops.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="length of each load")
    parser.add_argument("--home", type=Path, help="measure the system that runs on this home, not one of its own")
    options = parser.parse_args()
    if options.home is not None:
        with bare_fastapi() as bare:
            sys.stdout.write(run(Home(options.home), bare=bare, seconds=options.seconds))
        return 0
    with tempfile.TemporaryDirectory(prefix="yihu-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        say("starting a system of its own and loading the demo district")
        with bare_fastapi() as bare, own_system(home):
            sys.stdout.write(run(Home(home), bare=bare, seconds=options.seconds))
    return 0


def run(home: Home, *, bare: str, seconds: float) -> str:
    address: str = json.loads(home.credentials_file.read_bytes())["address"]
    return report(asyncio.run(measure(home, bare=bare, address=address, seconds=seconds)), TARGETS)


async def measure(home: Home, *, bare: str, address: str, seconds: float) -> list[Figure]:
    """All loads, one after the other; a short one first, so that every process is warm."""
    day = SystemClock().today()
    host, port = "127.0.0.1", urlsplit(bare).port or 80
    probe = request("GET", "/probe", host=host)
    posted = request("POST", "/probe", host=host, body=b'{"household":1,"year":2020}')
    say("limit: a bare FastAPI endpoint")
    bare_get = await run_load(host, port, clients=32, seconds=seconds / 2, make=lambda _: probe)
    bare_post = await run_load(host, port, clients=16, seconds=seconds / 2, make=lambda _: posted)
    say("limit: a bare asyncpg transaction")
    bare_write = await limits.bare_transactions(_admin_url(home), clients=16, seconds=seconds / 2)
    subject = measures.Subject(
        url=address, writer=fetch_token(home, "health-system"), reader=fetch_token(home, "mobile-app")
    )
    subject.people = await measures.read_people(subject)
    say(f"warming up on {len(subject.people)} people")
    await measures.updates(subject, clients=16, seconds=2, day=day)
    await measures.status_reads(subject, clients=32, seconds=1)
    say("updates, 16 clients")
    update = await measures.updates(subject, clients=16, seconds=seconds, day=day)
    say("status reads, 32 clients")
    read = await measures.status_reads(subject, clients=32, seconds=seconds)
    say("write to visible, at rest")
    visible = await measures.write_to_visible(subject, writes=300, pause_seconds=0.002, day=day)
    say("write to visible, while 4 other clients write without pause")
    busy, visible_busy = await asyncio.gather(
        measures.updates(subject, clients=4, seconds=seconds, day=day), _visible_beside(subject, seconds, day)
    )
    say("batches of 1,000 rows, 2 clients")
    batch = await measures.batches(subject, clients=2, rounds=12, day=day)
    return [
        Figure("bare FastAPI GET, c=32", bare_get),
        Figure("bare FastAPI POST, c=16", bare_post),
        Figure("bare asyncpg transaction, c=16", bare_write),
        Figure("updates", update, note="c=16", beside=(("FastAPI POST", bare_post), ("transaction", bare_write))),
        Figure("status reads", read, note="c=32", beside=(("FastAPI GET", bare_get),)),
        Figure("write to visible, at rest", visible, delay=True),
        Figure(f"write to visible, beside {busy.per_second:.0f} updates/s", visible_busy, delay=True),
        Figure("batch rows", batch, note="1,000 a request, c=2", beside=(("transaction", bare_write),)),
    ]


async def _visible_beside(subject: measures.Subject, seconds: float, day: date) -> Measured:
    return await measures.write_to_visible(subject, writes=int(seconds * 12), pause_seconds=0.01, day=day)


def _admin_url(home: Home) -> str:
    """The embedded server's superuser, for a table of the bench's own."""
    secrets = Secrets.model_validate_json(home.secrets_file.read_bytes())
    port = (home.path / "postgres.port").read_text().strip()
    return f"postgresql://{SUPERUSER}:{secrets.postgres_admin}@127.0.0.1:{port}/postgres"


def say(text: str) -> None:
    sys.stderr.write(f"bench: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
