"""An embedded NATS server with JetStream, its stream files on disk and synced before every acknowledgement."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psutil

from shared.embedded.installation import nats_server
from shared.embedded.nats_configuration import NatsUser, nats_configuration
from shared.embedded.processes import (
    StartError,
    end,
    end_left_over,
    free_port,
    port_is_free,
    remembered_port,
    spawn,
    wait_until,
)

__all__ = ["EmbeddedNats", "NatsUser"]

START_SECONDS = 60.0
STOP_SECONDS = 20.0
START_ATTEMPTS = 5


class EmbeddedNats:
    """One NATS server below `home`, on 127.0.0.1 only, without a monitoring port.

    `home/nats` holds configuration and streams, `home/nats.port` the port to use again, `home/logs/nats.log` the log.
    """

    def __init__(
        self, home: Path, *, users: Sequence[NatsUser], port: int | None = None, sync_always: bool = True
    ) -> None:
        if not users:
            raise ValueError("a NATS server without users would let everyone in")
        self.home = home.absolute()
        self.log = self.home / "logs" / "nats.log"
        self._users = tuple(users)
        self._wanted_port = port
        self._sync_always = sync_always
        self._process: subprocess.Popen[bytes] | None = None
        self._port: int | None = None

    @property
    def port(self) -> int:
        if self._port is None:
            raise RuntimeError("NATS has not been started")
        return self._port

    @property
    def url(self) -> str:
        """The first user's URL."""
        return self.url_of(self._users[0].name)

    def url_of(self, name: str) -> str:
        """The URL with which the user `name` connects."""
        user = next(user for user in self._users if user.name == name)
        return f"nats://{user.name}:{user.password}@127.0.0.1:{self.port}"

    @property
    def process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("NATS has not been started")
        return self._process

    def start(self) -> None:
        """Return when the server answers. Call it from a thread that stays."""
        if self._process is not None and self._process.poll() is None:
            return
        folder = self.home / "nats"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log.parent.mkdir(exist_ok=True)
        configuration = folder / "nats.conf"
        self._end_left_over(configuration)
        for attempt in range(1, START_ATTEMPTS + 1):
            port_file = self.home / "nats.port"
            # The port of this object's own last start, first: clients are reconnecting to it.
            self._port = self._port or remembered_port(port_file, wanted=self._wanted_port)
            _write_private(configuration, self._configuration(folder))
            try:
                self._start_once(configuration)
            except StartError as failure:
                if attempt == START_ATTEMPTS or self._wanted_port is not None or port_is_free(self._port):
                    raise StartError(f"{failure}; the log is {self.log}:\n{self._log_end()}") from None
                self._port = free_port()
                port_file.write_text(f"{self._port}\n")
            else:
                return

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, first_signal=signal.SIGTERM, patience=STOP_SECONDS)
            self._process = None

    def remove(self) -> None:
        """Stop and delete the streams."""
        self.stop()
        shutil.rmtree(self.home / "nats", ignore_errors=True)

    def _start_once(self, configuration: Path) -> None:
        with self.log.open("ab") as log:
            self._process = spawn(
                [str(nats_server()), "-c", str(configuration)],
                output=log.fileno(),
                folder=configuration.parent,
                death_signal=signal.SIGTERM,
            )
        process = self._process
        try:
            wait_until(lambda: _greets(self.port), process=process, timeout=START_SECONDS, what="NATS")
        except StartError:
            end(process, first_signal=signal.SIGTERM, patience=STOP_SECONDS)
            self._process = None
            raise

    def _configuration(self, folder: Path) -> str:
        return nats_configuration(
            self._users, listen=f"127.0.0.1:{self.port}", store=folder, sync_always=self._sync_always
        )

    def _end_left_over(self, configuration: Path) -> None:
        def runs_with_this_configuration(process: psutil.Process) -> bool:
            return process.name() == "nats-server" and str(configuration) in process.cmdline()

        end_left_over(runs_with_this_configuration, first_signal=signal.SIGTERM, patience=10.0)

    def _log_end(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        return ""


def _greets(port: int) -> bool:
    """Whether a NATS server sends its INFO line on `port`."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
            return connection.recv(5) == b"INFO "
    except OSError:
        return False


def _write_private(file: Path, text: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        file.unlink()
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text)
