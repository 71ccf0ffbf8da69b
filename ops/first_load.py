"""Loads the demo district once for each home, when the gateway answers."""

import importlib.util
import sys
import time

import httpx

from ops.home import Home

PATIENCE_SECONDS = 600.0


def load_demo_once(home: Home, address: str, *, profile: str = "hanyang") -> int:
    """0 when it is loaded, now or earlier; else the loader's exit code. Loading again is safe."""
    if home.demo_mark.exists():
        return 0
    if importlib.util.find_spec("ops.demo") is None:
        return 0
    from ops.demo.__main__ import main as load

    if not _answers(address):
        sys.stderr.write(f"{address} does not answer\n")
        return 1
    code = load(["--url", address, "--credentials", str(home.credentials_file), "--profile", profile])
    if code == 0:
        home.demo_mark.touch()
    return code


def is_ready(address: str) -> bool:
    """Whether the process at `address` says that it is ready."""
    try:
        return httpx.get(f"{address}/healthz/ready", timeout=3, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _answers(address: str) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_ready(address):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True
