"""`python -m ops.demo`: load the demo district into a running system; running it twice changes nothing."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ops.demo.client import DemoError
from ops.demo.district import generate
from ops.demo.loader import load
from ops.demo.profiles import load_profile, profile_names
from shared.clock import SystemClock


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0 when every row was accepted, 1 when some were refused or the system cannot be reached."""
    options = _parser().parse_args(arguments)
    profile = load_profile(options.profile)
    today: date = options.today or SystemClock().today()

    def report(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    report(f"{profile.title.en} ({profile.source}): {profile.households} households, {profile.persons} persons")
    district = generate(profile, today=today)
    try:
        loaded = asyncio.run(load(district, url=options.url, credentials=options.credentials, report=report))
    except DemoError as error:
        report(f"demo: {error}")
        return 1
    for refusal, count in loaded.refused.most_common(20):
        report(f"refused {count} x {refusal}")
    report(f"{loaded.accepted} of {loaded.rows} rows accepted in {loaded.seconds:.1f} s")
    return 0 if loaded.complete else 1


def _parser() -> argparse.ArgumentParser:
    home = Path(os.environ.get("YIHU_HOME", ".yihu"))
    port = os.environ.get("YIHU_PORT", "8000")
    parser = argparse.ArgumentParser(prog="python -m ops.demo", description="Load the demo district.")
    parser.add_argument("--profile", choices=profile_names(), default="hanyang")
    parser.add_argument("--url", default=f"http://127.0.0.1:{port}", help="the gateway (default: %(default)s)")
    parser.add_argument("--credentials", type=Path, default=home / "credentials.json", help="default: %(default)s")
    parser.add_argument("--today", type=date.fromisoformat, default=None, help="the day the demo is made for")
    return parser


if __name__ == "__main__":
    sys.exit(main())
