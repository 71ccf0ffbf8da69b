"""The supervisor, over real processes: ready, restarted, stopped, never orphaned."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from ops.supervisor import Supervised, Supervisor
from ops.terminal import Terminal
from ops.topology import ROOT
from shared.embedded.processes import StartError, free_port

ANSWERING = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready)
print("listening", flush=True)
server.serve_forever()
"""

SUPERVISING = """
import asyncio, os, sys
from pathlib import Path
from ops.supervisor import Supervised, Supervisor
from ops.terminal import Terminal
async def main():
    supervisor = Supervisor(Terminal())
    sleep = ["-c", "import time; time.sleep(600)"]
    one = Supervised("one", sleep, dict(os.environ), "http://127.0.0.1:1", Path(sys.argv[1]))
    supervisor.start(one)
    while one.process is None:
        await asyncio.sleep(0.01)
    print("PID", one.process.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


@pytest.fixture
async def supervisor() -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(Terminal())
    yield supervisor
    await supervisor.stop()


def supervised(arguments: list[str], *, port: int, folder: Path) -> Supervised:
    return Supervised("sample", arguments, dict(os.environ), f"http://127.0.0.1:{port}", folder / "sample.log")


async def test_ready_when_it_answers(supervisor: Supervisor, tmp_path: Path) -> None:
    port = free_port()
    sample = supervised(["-c", ANSWERING, str(port)], port=port, folder=tmp_path)
    supervisor.start(sample)
    await supervisor.wait_ready(["sample"])
    assert "listening" in sample.log.read_text()


async def test_one_that_was_killed_comes_back(supervisor: Supervisor, tmp_path: Path) -> None:
    port = free_port()
    sample = supervised(["-c", ANSWERING, str(port)], port=port, folder=tmp_path)
    supervisor.start(sample)
    await supervisor.wait_ready(["sample"])
    assert sample.process is not None
    first = sample.process.pid
    os.kill(first, signal.SIGKILL)
    async with asyncio.timeout(30):
        while sample.process is None or sample.process.pid == first:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
    await supervisor.wait_ready(["sample"])


async def test_one_that_hangs_is_ended_and_comes_back(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.supervisor.ASK_SECONDS", 0.1)
    monkeypatch.setattr("ops.supervisor.HUNG_SECONDS", 1.0)
    port = free_port()
    sample = supervised(["-c", ANSWERING, str(port)], port=port, folder=tmp_path)
    supervisor.start(sample)
    await supervisor.wait_ready(["sample"])
    assert sample.process is not None
    first = sample.process.pid
    os.kill(first, signal.SIGSTOP)
    async with asyncio.timeout(30):
        while sample.process is None or sample.process.pid == first:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
    await supervisor.wait_ready(["sample"])


async def test_one_that_keeps_ending_is_reported_with_its_last_lines(supervisor: Supervisor, tmp_path: Path) -> None:
    failing = supervised(["-c", "raise SystemExit('no such setting')"], port=free_port(), folder=tmp_path)
    supervisor.start(failing)
    with pytest.raises(StartError, match="no such setting"):
        await supervisor.wait_ready(["sample"])


async def test_stop_ends_even_one_that_does_not_listen(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.supervisor.STOP_SECONDS", 0.5)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    sample = supervised(["-c", deaf], port=free_port(), folder=tmp_path)
    supervisor.start(sample)
    async with asyncio.timeout(30):
        while "deaf" not in sample.last_lines:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
    assert sample.process is not None
    pid = sample.process.pid
    await supervisor.stop()
    assert not psutil.pid_exists(pid)


def test_nothing_is_orphaned_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    owner = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", SUPERVISING, str(tmp_path / "one.log")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    child = next(psutil.Process(int(line.split()[1])) for line in owner.stdout if line.startswith("PID"))
    owner.kill()
    owner.communicate()
    _, alive = psutil.wait_procs([child], timeout=20)
    assert alive == []
