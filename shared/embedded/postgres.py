"""An embedded PostgreSQL 18: a real server with a real data folder, from a wheel."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psutil

from shared.embedded.accounts import reachable_folder, remove_folder, unprivileged_account
from shared.embedded.installation import postgres_installation
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

SUPERUSER = "yihu_admin"
START_SECONDS = 120.0  # recovery after a crash replays the write-ahead log first
STOP_SECONDS = 60.0
START_ATTEMPTS = 5

SETTINGS: Mapping[str, str] = {
    "max_connections": "200",
    "shared_buffers": "192MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "64MB",
    "work_mem": "8MB",
    "max_wal_size": "2GB",
    "checkpoint_completion_target": "0.9",
    # Statements keep the plan made at their first use. A new database is filled within a minute: until its tables are
    # analysed, plans would read whole indexes.
    "autovacuum_naptime": "10s",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    # A failing statement may hold personal data in its parameters: none are logged, nor is the statement.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    # Nor the details of an error, which quote the key or the row that was refused.
    "log_error_verbosity": "terse",
    "idle_in_transaction_session_timeout": "5min",
}
"""What differs from PostgreSQL's own defaults; fsync, full_page_writes and synchronous_commit stay on."""

RELAXED: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "autovacuum_naptime": "1min",
}
"""For tests only: a cluster that may be lost."""


class EmbeddedPostgres:
    """One PostgreSQL cluster below `home`, listening on 127.0.0.1 and on a Unix socket, scram passwords for everyone.

    `home/postgres` holds the data (a link to it where root's folders cannot be reached by PostgreSQL's account),
    `home/postgres.port` the port to use again, `home/logs/postgres.log` the server's log. A start after a crash
    recovers: what an earlier run left running on this data is stopped first.
    """

    def __init__(
        self,
        home: Path,
        *,
        password: str,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home.absolute()
        self.log = self.home / "logs" / "postgres.log"
        self._password = password
        self._wanted_port = port
        self._settings = {**SETTINGS, **(settings or {})}
        self._account = unprivileged_account()
        self._process: subprocess.Popen[bytes] | None = None
        self._port: int | None = None
        self._socket_folder: Path | None = None

    @property
    def port(self) -> int:
        if self._port is None:
            raise RuntimeError("PostgreSQL has not been started")
        return self._port

    @property
    def admin_url(self) -> str:
        """The superuser's URL, to the database `postgres`."""
        return f"postgresql://{SUPERUSER}:{quote(self._password, safe='')}@127.0.0.1:{self.port}/postgres"

    @property
    def socket_folder(self) -> Path:
        """Where the Unix socket is; short, since a socket's path has at most 107 bytes."""
        if self._socket_folder is None:
            raise RuntimeError("PostgreSQL has not been started")
        return self._socket_folder

    @property
    def process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("PostgreSQL has not been started")
        return self._process

    def start(self) -> None:
        """Make the cluster if there is none, and return when it answers. Call it from a thread that stays."""
        if self._process is not None and self._process.poll() is None:
            return
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.log.parent.mkdir(exist_ok=True)
        installation = postgres_installation(self._account)
        data = reachable_folder(self.home / "postgres", self._account) / "data"
        self._end_left_over(data)
        if not data.exists():
            self._make_cluster(installation, data)
        self._socket_folder = self._make_socket_folder(data)
        for attempt in range(1, START_ATTEMPTS + 1):
            port_file = self.home / "postgres.port"
            self._port = remembered_port(port_file, wanted=self._wanted_port)
            try:
                self._start_once(installation, data)
            except StartError as failure:
                # Someone may have taken the port between our look and the server's; all else will not get better.
                if attempt == START_ATTEMPTS or self._wanted_port is not None or port_is_free(self._port):
                    raise StartError(f"{failure}; the log is {self.log}:\n{self._log_end()}") from None
                port_file.write_text(f"{free_port()}\n")
            else:
                return

    def stop(self) -> None:
        """A fast shutdown: sessions are cut, everything committed is on disk."""
        self._stop(signal.SIGINT)

    def remove(self) -> None:
        """Stop at once and delete the data."""
        self._stop(signal.SIGQUIT)
        remove_folder(self.home / "postgres")

    def _stop(self, first_signal: signal.Signals) -> None:
        if self._process is not None:
            end(self._process, first_signal=first_signal, patience=STOP_SECONDS)
            self._process = None
        if self._socket_folder is not None:
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def _start_once(self, installation: Path, data: Path) -> None:
        settings = {
            **self._settings,
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.socket_folder),
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        with self.log.open("ab") as log:
            self._process = spawn(
                [str(installation / "bin" / "postgres"), "-D", str(data), *options],
                account=self._account,
                environment=self._environment(),
                folder=data,
                output=log.fileno(),
                death_signal=signal.SIGINT,
            )
        process = self._process
        try:
            wait_until(lambda: _is_ready(data, process.pid), process=process, timeout=START_SECONDS, what="PostgreSQL")
        except StartError:
            end(process, first_signal=signal.SIGINT, patience=STOP_SECONDS)
            self._process = None
            raise

    def _make_cluster(self, installation: Path, data: Path) -> None:
        # Into a folder beside it and renamed: a start that was cut off leaves no half-made cluster.
        fresh = data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = data.with_name("password.new")
        password_file.touch(mode=0o600)
        password_file.write_text(self._password + "\n")
        if self._account is not None:
            os.chown(password_file, self._account.uid, self._account.gid)
        command = [
            str(installation / "bin" / "initdb"),
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
        ]
        if self._settings.get("fsync") == "off":
            command.append("--no-sync")
        try:
            made = subprocess.run(  # noqa: S603 - our own initdb
                command,
                user=self._account.uid if self._account else None,
                group=self._account.gid if self._account else None,
                extra_groups=[] if self._account else None,
                env=self._environment(),
                cwd=data.parent,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            password_file.unlink()
        if made.returncode != 0:
            raise StartError(f"initdb failed with exit code {made.returncode}:\n{made.stdout}{made.stderr}")
        fresh.rename(data)

    def _make_socket_folder(self, data: Path) -> Path:
        name = f"yihu-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
        base = Path(tempfile.gettempdir())
        if len(os.fsencode(base)) > 60:
            base = Path("/tmp")  # noqa: S108 - made with mode 700 and its owner is checked
        folder = base / name
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = self._account.uid if self._account else os.geteuid()
        if folder.is_symlink() or folder.lstat().st_uid not in (owner, os.geteuid()):
            raise StartError(f"{folder} belongs to someone else")
        if self._account is not None:
            os.chown(folder, self._account.uid, self._account.gid)
        # As the data's own lock: a killed server's number may live on, as a zombie that nobody has waited for.
        for stale in folder.glob(".s.PGSQL.*"):
            stale.unlink(missing_ok=True)
        return folder

    def _end_left_over(self, data: Path) -> None:
        def works_on_this_data(process: psutil.Process) -> bool:
            return process.name() == "postgres" and Path(process.cwd()) == data

        # The postmaster takes its sessions along; a session whose postmaster was killed ends at the same signal.
        end_left_over(works_on_this_data, first_signal=signal.SIGINT, patience=10.0)
        # Nobody works on this data now, so the lock is stale even where its number has been given to another process.
        with contextlib.suppress(FileNotFoundError):
            (data / "postmaster.pid").unlink()

    def _environment(self) -> dict[str, str]:
        # Nothing of the caller's PG* variables; dates and messages in one language.
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}

    def _log_end(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        return ""


def _is_ready(data: Path, pid: int) -> bool:
    """What `pg_ctl` looks at: the eighth line of the lock file says `ready`, and the file is this server's."""
    with contextlib.suppress(OSError):
        lines = (data / "postmaster.pid").read_text().splitlines()
        return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"
    return False
