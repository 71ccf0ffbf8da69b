"""The command for dead letters: list, show, redrive."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

import orjson
from nats.js import JetStreamContext

from shared.snapshots.connection import connect
from shared.snapshots.deadletters import (
    DeadLetter,
    NoSuchDeadLetter,
    dead_letter,
    dead_letters,
    redrive,
    redrive_all,
)

_PATIENCE_SECONDS = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0: done, 1: no such dead letter, 2: NATS cannot be reached."""
    options = _parser().parse_args(arguments)
    try:
        return asyncio.run(_run(options))
    except TimeoutError:
        sys.stderr.write("NATS does not answer\n")
        return 2
    except NoSuchDeadLetter as error:
        sys.stderr.write(f"no dead letter has number {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m shared.snapshots.deadletters", description=__doc__)
    parser.add_argument("--nats-url", default=os.environ.get("YIHU_NATS_URL", "nats://127.0.0.1:4222"))
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="one line each: number, consumer, error, subject, times")
    listing.add_argument("--consumer", help="of this consumer only")
    listing.add_argument("--after", type=int, default=0, help="numbered above")
    listing.add_argument("--limit", type=int, default=100)
    showing = commands.add_parser("show", help="one in full, its event as JSON where it is JSON")
    showing.add_argument("number", type=int)
    again = commands.add_parser("redrive", help="publish again and remove")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("number", type=int, nargs="?")
    which.add_argument("--all", action="store_true")
    again.add_argument("--consumer", help="with --all: of this consumer only")
    return parser


async def _run(options: argparse.Namespace) -> int:
    async with connect(options.nats_url, name="deadletters") as nats:
        jetstream = await asyncio.wait_for(nats.jetstream(), _PATIENCE_SECONDS)
        if options.command == "list":
            await _list(jetstream, options)
        elif options.command == "show":
            _say(_whole(await dead_letter(jetstream, options.number)))
        elif options.all:
            _say(f"{await redrive_all(jetstream, consumer=options.consumer)} published again")
        else:
            _say(f"published again as {await redrive(jetstream, options.number)}")
    return 0


async def _list(jetstream: JetStreamContext, options: argparse.Namespace) -> None:
    letters = await dead_letters(jetstream, consumer=options.consumer, after=options.after, limit=options.limit)
    if not letters:
        sys.stderr.write("no dead letters\n")
    for letter in letters:
        _say(f"{letter.number}\t{letter.consumer}\t{letter.error}\t{letter.subject}\t{letter.failed_at}")


def _whole(letter: DeadLetter) -> str:
    try:
        payload: object = orjson.loads(letter.payload)
    except orjson.JSONDecodeError:
        payload = letter.payload.decode("utf-8", "backslashreplace")
    document = {name: getattr(letter, name) for name in DeadLetter.__dataclass_fields__ if name != "payload"} | {
        "payload": payload
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
