"""Keeps processes running: starts them, waits until they are ready, starts them again when they end."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from ops.terminal import Terminal, open_log, readable
from ops.topology import ROOT
from shared.embedded import EmbeddedNats, EmbeddedPostgres
from shared.embedded.processes import StartError, end, released, spawn

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STABLE_SECONDS = 20.0
"""A process that ran this long starts again at once; one that keeps ending waits longer each time."""
READY_SECONDS = 180.0
STOP_SECONDS = 20.0
ATTEMPTS_BEFORE_READY = 3
ASK_SECONDS = 5.0
HUNG_SECONDS = 60.0
"""A process that has once been ready and then says nothing for so long is ended, and so started again."""


@dataclass
class Supervised:
    """One process that is kept running."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    address: str
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    was_ready: bool = False
    ends_before_ready: int = 0
    last_lines: "deque[str]" = field(default_factory=lambda: deque(maxlen=12))
    last_answer: str = "nothing"
    """What it said last when asked whether it is ready."""


class Supervisor:
    """Owns the service processes and looks after the embedded servers. All of it runs in one event loop."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._supervised: list[Supervised] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    @property
    def stopping(self) -> asyncio.Event:
        """Set by a signal or by `stop`."""
        return self._stopping

    def heed_signals(self) -> None:
        """Ctrl-C and SIGTERM (and a closed terminal) stop everything, in order."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stopping.set)

    def start(self, supervised: Supervised) -> None:
        self._supervised.append(supervised)
        self._tasks.append(asyncio.create_task(self._keep(supervised), name=f"keep {supervised.name}"))
        self._tasks.append(asyncio.create_task(self._watch(supervised), name=f"watch {supervised.name}"))

    def look_after(self, server: EmbeddedPostgres | EmbeddedNats, name: str) -> None:
        """Start an embedded server again when it ends."""
        self._tasks.append(asyncio.create_task(self._keep_server(server, name), name=f"keep {name}"))

    async def wait_ready(self, names: Sequence[str]) -> None:
        """Return when all of them are ready; raises `StartError` with the last lines of one that is not."""
        waiting = [supervised for supervised in self._supervised if supervised.name in names]
        deadline = time.monotonic() + READY_SECONDS
        async with httpx.AsyncClient(timeout=3.0, trust_env=False) as client:
            while waiting and not self._stopping.is_set():
                for supervised in list(waiting):
                    if await _is_ready(client, supervised):
                        supervised.was_ready = True
                        waiting.remove(supervised)
                        self._terminal.step(f"{supervised.name} is ready at {supervised.address}")
                    elif supervised.ends_before_ready >= ATTEMPTS_BEFORE_READY or time.monotonic() > deadline:
                        raise StartError(_why_not_ready(supervised))
                await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Stop the processes, the last started first, and forget them."""
        self._stopping.set()
        for supervised in reversed(self._supervised):
            if supervised.process is not None:
                self._terminal.step(f"stopping {supervised.name}")
                # Its lines are read on, so that it can say what it has to say while it drains.
                await asyncio.to_thread(end, supervised.process, first_signal=signal.SIGTERM, patience=STOP_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, supervised: Supervised) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            started = time.monotonic()
            code = await self._run_once(supervised)
            if self._stopping.is_set():
                return
            if not supervised.was_ready:
                supervised.ends_before_ready += 1
            pause = FIRST_PAUSE_SECONDS if time.monotonic() - started > STABLE_SECONDS else pause
            self._terminal.step(f"{supervised.name} ended with exit code {code}; starting again in {pause:.1f} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _watch(self, supervised: Supervised) -> None:
        """End one that hangs: it runs, and answers nothing at all."""
        asked = heard = time.monotonic()
        watched: subprocess.Popen[bytes] | None = None
        async with httpx.AsyncClient(timeout=ASK_SECONDS, trust_env=False) as client:
            while not self._stopping.is_set():
                await asyncio.sleep(ASK_SECONDS)
                process, now = supervised.process, time.monotonic()
                # This process may itself have stood still: then nobody was asked, and nothing is known.
                slept = now - asked > 2 * ASK_SECONDS + HUNG_SECONDS / 2
                if process is not watched or not supervised.was_ready or slept or await _is_alive(client, supervised):
                    watched, heard = process, time.monotonic()
                elif process is not None and time.monotonic() - heard > HUNG_SECONDS:
                    self._terminal.step(f"{supervised.name} has not answered for {HUNG_SECONDS:.0f} s; ending it")
                    process.kill()
                asked = time.monotonic()

    async def _run_once(self, supervised: Supervised) -> int:
        read_end, write_end = os.pipe()
        try:
            process = spawn(
                [sys.executable, *supervised.arguments],
                environment=supervised.environment,
                folder=ROOT,
                output=write_end,
                death_signal=signal.SIGTERM,
            )
        finally:
            os.close(write_end)
        supervised.process = process
        await self._copy_lines(supervised, read_end)
        while process.poll() is None:  # noqa: ASYNC110 - a process, not a task
            await asyncio.sleep(0.05)
        released(process)
        supervised.process = None
        return process.returncode

    async def _copy_lines(self, supervised: Supervised, descriptor: int) -> None:
        log = open_log(supervised.log)
        try:
            async for line in lines_of(descriptor):
                os.write(log, line)
                text = line.decode(errors="replace").rstrip()
                supervised.last_lines.append(text)
                self._terminal.line(supervised.name, text)
        finally:
            os.close(log)

    async def _keep_server(self, server: EmbeddedPostgres | EmbeddedNats, name: str) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            await asyncio.sleep(0.2)
            if server.process.poll() is None:
                pause = FIRST_PAUSE_SECONDS
                continue
            self._terminal.step(f"{name} ended with exit code {server.process.returncode}; starting it again")
            released(server.process)
            try:
                await asyncio.to_thread(server.start)
            except (StartError, OSError) as failure:
                self._terminal.step(f"{name}: {failure}; trying again in {pause:.1f} s")
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                self._terminal.step(f"{name} is back")


async def lines_of(descriptor: int) -> AsyncIterator[bytes]:
    """What comes out of a pipe, until nobody holds its other end; closes it."""
    reader = asyncio.StreamReader(limit=1024 * 1024)
    pipe = os.fdopen(descriptor, "rb", buffering=0)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        while line := await _read_line(reader):
            yield line
    finally:
        transport.close()


async def _read_line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ValueError:
        return b"(a line of more than 1 MB was left out)\n"


async def _is_ready(client: httpx.AsyncClient, supervised: Supervised) -> bool:
    try:
        response = await client.get(f"{supervised.address}/healthz/ready")
    except httpx.HTTPError:
        return False
    supervised.last_answer = f"{response.status_code} {response.text[:500]}"
    return response.status_code == httpx.codes.OK


async def _is_alive(client: httpx.AsyncClient, supervised: Supervised) -> bool:
    """Whether it answers anything: one that waits for its database is not ready and well alive."""
    try:
        await client.get(f"{supervised.address}/healthz/live")
    except httpx.HTTPError:
        return False
    return True


def _why_not_ready(supervised: Supervised) -> str:
    lines = "\n".join(readable(line) for line in supervised.last_lines)
    return (
        f"{supervised.name} did not become ready (it answered {supervised.last_answer}); "
        f"its log is {supervised.log}, the last lines are:\n{lines}"
    )
