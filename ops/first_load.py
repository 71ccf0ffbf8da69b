"""Loads the demo district once for each home, when the gateway answers."""

import importlib.util
import json
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
    if not _answers(address):
        sys.stderr.write(f"{address} does not answer\n")
        return 1
    code = _load(home, address, profile)
    if code == 0:
        home.demo_mark.touch()
    return code


def load_demo(home: Home, *, profile: str) -> int:
    """Load a profile into the system that runs on this home, wherever its gateway is; 0 when every row was taken."""
    try:
        address = str(json.loads(home.credentials_file.read_bytes())["address"])
    except FileNotFoundError:
        sys.stderr.write(f"{home.credentials_file} does not exist yet: start with make run\n")
        return 1
    if not is_ready(address):
        sys.stderr.write(f"{address} does not answer: start with make run\n")
        return 1
    return _load(home, address, profile)


def _load(home: Home, address: str, profile: str) -> int:
    from ops.demo.__main__ import main as load

    return load(["--url", address, "--credentials", str(home.credentials_file), "--profile", profile])


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
