"""Loads demo data through the gateway: the district once for each home, and any profile when asked to."""

import asyncio
import sys
import time

import httpx

from ops.home import Home
from ops.token import NoTokenError, read_credentials
from shared.clock import SystemClock

FIRST_PROFILE = "hanyang"
PATIENCE_SECONDS = 600.0


def load_demo_once(home: Home, address: str) -> int:
    """0 when it is loaded, now or earlier; else what `load_demo` gives. Waits until the gateway is ready."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_ready(address) and time.monotonic() < deadline:
        time.sleep(0.5)
    if home.demo_mark.exists():
        return 0
    code = load_demo(home, profile=FIRST_PROFILE)
    if code == 0:
        home.demo_mark.touch()
    return code


def load_demo(home: Home, *, profile: str) -> int:
    """Load a profile into the system that runs on this home; loading again changes nothing.

    0 when every row was accepted, 1 when some were refused or the system cannot be reached. Raises KeyError for a
    profile that there is not.
    """
    from ops.demo import generate, load_profile
    from ops.demo.client import DemoError
    from ops.demo.loader import load

    chosen = load_profile(profile)
    try:
        credentials = read_credentials(home)
    except NoTokenError as refusal:
        _say(str(refusal))
        return 1
    if not is_ready(credentials.address):
        _say(f"{credentials.address} does not answer: start with make run")
        return 1
    _say(f"{chosen.title.en} ({chosen.source}): {chosen.households} households, {chosen.persons} persons")
    district = generate(chosen, today=SystemClock().today())
    try:
        loaded = asyncio.run(load(district, credentials=credentials, report=_say))
    except DemoError as error:
        _say(f"demo: {error}")
        return 1
    for refused, count in loaded.refused.most_common(20):
        _say(f"refused {count} x {refused}")
    _say(f"{loaded.accepted} of {loaded.rows} rows accepted in {loaded.seconds:.1f} s")
    return 0 if loaded.complete else 1


def is_ready(address: str) -> bool:
    """Whether the process at `address` says that it is ready."""
    try:
        return httpx.get(f"{address}/healthz/ready", timeout=3, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
