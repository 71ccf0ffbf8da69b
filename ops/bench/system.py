"""A system of its own to measure: a fresh home, free ports, the demo district, ended afterwards."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from ops.topology import ROOT

START_SECONDS = 300


class NotStartedError(Exception):
    """The system did not come up; its log is named."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def own_system(home: Path) -> Iterator[str]:
    """Run `python -m ops up` in this home until the demo is loaded; yields the gateway's address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "YIHU_HOME": str(home), "YIHU_PORT": str(port)}
    home.mkdir(parents=True, exist_ok=True)
    with (home / "bench-up.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ops", "up"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait(process, home)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def bare_fastapi() -> Iterator[str]:
    """The probe application on a uvicorn of its own."""
    from ops.bench.limits import PROBE_APP

    port = free_port()
    command = [sys.executable, "-m", "uvicorn", PROBE_APP, "--port", str(port), "--no-access-log", "--loop", "uvloop"]
    process = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT)  # noqa: S603 - our own command
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/probe", trust_env=False)
                break
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise NotStartedError("the bare FastAPI application did not start") from None
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: "subprocess.Popen[bytes]", home: Path) -> None:
    """Until the demo's mark stands in the home."""
    from ops.home import Home

    mark = Home(home).demo_mark
    deadline = time.monotonic() + START_SECONDS
    while not mark.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotStartedError(f"the system did not start; see {home / 'bench-up.log'}")
        time.sleep(0.2)
