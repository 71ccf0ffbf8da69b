"""Child processes that never outlive the one who started them, and those that an earlier run left behind."""

import atexit
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil

from shared.embedded.accounts import Account

PR_SET_PDEATHSIG = 1
_C_LIBRARY = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class StartError(RuntimeError):
    """A server did not come up; the message says why and where its log is."""


class Watchdog:
    """A small child that ends our processes when this one is gone, however it went (kill -9 included).

    It reads from a pipe that only this process holds open, so it needs nothing from the platform but pipes. Where the
    kernel has a parent-death signal, `spawn` asks for that as well: then even the watchdog's own death orphans nobody.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("watchdog.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def watch(self, pid: int, first_signal: signal.Signals) -> None:
        """End `pid` when we are gone: with `first_signal`, and with SIGKILL some seconds later."""
        self._tell(f"+{pid} {first_signal.value}\n")

    def release(self, pid: int) -> None:
        """Forget `pid`; it has ended."""
        self._tell(f"-{pid}\n")

    def close(self) -> None:
        """End what is still watched, then the watchdog."""
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: opened with PIPE
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: opened with PIPE
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()


class _Watchdogs:
    """The one watchdog of this process; a forked child gets its own."""

    def __init__(self) -> None:
        self._watchdog: Watchdog | None = None
        self._owner = 0

    def get(self) -> Watchdog:
        if self._watchdog is None or self._owner != os.getpid():
            self._watchdog, self._owner = Watchdog(), os.getpid()
            atexit.register(self._close, self._watchdog, self._owner)
        return self._watchdog

    @staticmethod
    def _close(watchdog: Watchdog, owner: int) -> None:
        if owner == os.getpid():
            watchdog.close()


_WATCHDOGS = _Watchdogs()


def spawn(
    command: Sequence[str],
    *,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    output: int,
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own (Ctrl-C reaches only us), bound to our life.

    `output` is a file descriptor or `subprocess.PIPE`, for standard output and error alike. Call it from a thread that
    lives as long as the child should: the kernel's parent-death signal is sent when the *thread* ends.
    """
    parent = os.getpid()
    in_main_thread = threading.current_thread() is threading.main_thread()

    def bind_to_parent() -> None:
        # Runs after the change of user, which would have cleared the setting.
        if _C_LIBRARY is not None and in_main_thread:
            _C_LIBRARY.prctl(PR_SET_PDEATHSIG, death_signal.value, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    process = subprocess.Popen(  # noqa: S603 - the callers name the command
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=None if environment is None else dict(environment),
        cwd=folder,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=bind_to_parent,  # noqa: PLW1509 - one prctl call between fork and exec takes no lock
    )
    _WATCHDOGS.get().watch(process.pid, death_signal)
    return process


def end(process: subprocess.Popen[bytes], *, first_signal: signal.Signals, patience: float) -> int:
    """Ask `process` to end, and after `patience` seconds end it with its whole group; returns its exit code."""
    if process.poll() is None:
        process.send_signal(first_signal)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    _WATCHDOGS.get().release(process.pid)
    return process.returncode


def released(process: subprocess.Popen[bytes]) -> None:
    """Say that `process` has ended by itself and was waited for, so that its number is no longer ours."""
    _WATCHDOGS.get().release(process.pid)


def end_left_over(
    belongs: Callable[[psutil.Process], bool], *, first_signal: signal.Signals, patience: float
) -> list[int]:
    """End every process of an earlier run that `belongs` recognises; returns their ids."""
    found = list(_matching(belongs))
    for process in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(first_signal.value)
    _, alive = psutil.wait_procs(found, timeout=patience)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=patience)
    return [process.pid for process in found]


def _matching(belongs: Callable[[psutil.Process], bool]) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and belongs(process):
                yield process


def port_is_free(port: int, *, host: str = "127.0.0.1") -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(*, host: str = "127.0.0.1") -> int:
    """A port nobody listens on now; another process may still take it before its user does, so be ready to retry."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def remembered_port(file: Path, *, wanted: int | None = None) -> int:
    """The port written in `file` if it is still free, else a free one, which is then written there."""
    if wanted is not None:
        return wanted
    with contextlib.suppress(OSError, ValueError):
        port = int(file.read_text())
        if port_is_free(port):
            return port
    port = free_port()
    file.write_text(f"{port}\n")
    return port


def wait_until(ready: Callable[[], bool], *, process: subprocess.Popen[bytes], timeout: float, what: str) -> None:
    """Poll `ready` until it holds; raises `StartError` when the process ends first or `timeout` seconds pass."""
    deadline = time.monotonic() + timeout
    while not ready():
        if process.poll() is not None:
            raise StartError(f"{what} ended at start with exit code {process.returncode}")
        if time.monotonic() > deadline:
            raise StartError(f"{what} was not ready after {timeout:.0f} seconds")
        time.sleep(0.02)
