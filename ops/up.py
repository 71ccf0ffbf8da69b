"""`make run`: servers, databases, migrations, services and gateway in this order, the demo once, until told to stop."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psutil

from ops.environment import MARK, nats_url_for, service_environment
from ops.given_servers import check_nats, check_postgres
from ops.greeting import greeting
from ops.home import Home, Secrets
from ops.nats_users import nats_users
from ops.supervisor import Supervised, Supervisor, lines_of
from ops.terminal import Terminal, open_log
from ops.topology import GATEWAY, ROOT, Service, departments, gateway
from shared.embedded import EmbeddedNats, EmbeddedPostgres, StartError
from shared.embedded.postgres import SUPERUSER
from shared.embedded.processes import end, end_left_over, released, remembered_port, spawn

DEFAULT_PORT = 8000
MIGRATION_SECONDS = 600


class StoppedError(Exception):
    """Told to stop while still starting."""


@dataclass
class Servers:
    """The two servers: embedded ones to look after, or none where their URLs were given."""

    database_url: str
    nats_url: str
    postgres: EmbeddedPostgres | None = None
    nats: EmbeddedNats | None = None


def up(home: Home, *, demo: bool = True) -> int:
    """Run everything until a signal; returns the exit code."""
    terminal = Terminal()
    port = gateway_port()
    home.make()
    home.lock()
    os.environ["YIHU_HOME"] = str(home.path)
    os.environ[MARK] = str(home.path)
    with _raising_signals(), contextlib.ExitStack() as stack:
        try:
            _end_left_over(home, terminal)
            _check_port(port)
            secrets = _secrets(home)
            servers = _start_servers(home, secrets, terminal, stack)
            address = _address(gateway_host(), port)
            _migrate(home, servers, address, terminal)
            asyncio.run(_serve(home, secrets, servers, address=address, port=port, terminal=terminal, demo=demo))
        except StoppedError:
            terminal.step("told to stop")
        except StartError as failure:
            terminal.step(f"could not start: {failure}")
            return 1
        finally:
            _ignore_signals()
    terminal.step("stopped")
    return 0


def gateway_port() -> int:
    text = os.environ.get("YIHU_PORT") or str(DEFAULT_PORT)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SystemExit(f"YIHU_PORT is a port number from 1 to 65535, not {text!r}")
    return int(text)


def gateway_host() -> str:
    return os.environ.get("YIHU_LISTEN_HOST") or "127.0.0.1"


def _address(host: str, port: int) -> str:
    """Where a process that listens there is found from here."""
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not listened on


def _check_port(port: int) -> None:
    try:
        socket.create_server((gateway_host(), port)).close()
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        where = f"{gateway_host()}:{port}"
        raise StartError(f"cannot listen on {where}: {reason}; set YIHU_PORT to another port") from None


def _secrets(home: Home) -> Secrets:
    from ops.migrate import installation_secrets

    return installation_secrets(home)


def _start_servers(home: Home, secrets: Secrets, terminal: Terminal, stack: contextlib.ExitStack) -> Servers:
    database_url, nats_url = os.environ.get("YIHU_DATABASE_URL"), os.environ.get("YIHU_NATS_URL")
    servers = Servers(database_url or "", nats_url or "")
    if database_url:
        terminal.step("asking the PostgreSQL that was given")
        check_postgres(database_url)
    else:
        terminal.step("starting PostgreSQL")
        home.write_pgpass(secrets, administrator=SUPERUSER, password=secrets.postgres_admin)
        servers.postgres = EmbeddedPostgres(home.path, password=secrets.postgres_admin)
        stack.callback(_stop, servers.postgres, "PostgreSQL", terminal)
        servers.postgres.start()
        servers.database_url = servers.postgres.admin_url
    if nats_url:
        terminal.step("asking the NATS that was given")
        check_nats(nats_url_for(None, nats_url, secrets))
    else:
        terminal.step("starting NATS")
        servers.nats = EmbeddedNats(home.path, users=nats_users(secrets))
        stack.callback(_stop, servers.nats, "NATS", terminal)
        servers.nats.start()
        servers.nats_url = f"nats://127.0.0.1:{servers.nats.port}"
    return servers


def _stop(server: EmbeddedPostgres | EmbeddedNats, name: str, terminal: Terminal) -> None:
    terminal.step(f"stopping {name}")
    server.stop()


def _migrate(home: Home, servers: Servers, address: str, terminal: Terminal) -> None:
    terminal.step("databases, roles and migrations")
    environment = {**os.environ, "YIHU_DATABASE_URL": servers.database_url, "YIHU_ADDRESS": address}
    code = _run([sys.executable, "-m", "ops", "migrate", "all"], environment, home.logs / "migrate.log", terminal)
    if code != 0:
        raise StartError(
            f"migration failed; the log is {home.logs / 'migrate.log'}:\n{_end_of(home.logs / 'migrate.log')}"
        )


async def _serve(
    home: Home, secrets: Secrets, servers: Servers, *, address: str, port: int, terminal: Terminal, demo: bool
) -> None:
    supervisor = Supervisor(terminal)
    supervisor.heed_signals()
    try:
        if servers.postgres:
            supervisor.look_after(servers.postgres, "PostgreSQL")
        if servers.nats:
            supervisor.look_after(servers.nats, "NATS")
        ports = {each.name: remembered_port(home.path / f"{each.name}.port") for each in departments()}
        upstreams = {name: f"http://127.0.0.1:{number}" for name, number in ports.items()}

        def start(service: Service, host: str, number: int) -> None:
            environment = service_environment(
                service,
                secrets=secrets,
                database_url=servers.database_url,
                nats_url=nats_url_for(service, servers.nats_url, secrets),
                gateway_address=address,
                host=host,
                port=number,
                upstreams=upstreams,
            )
            terminal.step(f"starting {service.name}")
            log = home.logs / f"{service.name}.log"
            supervisor.start(Supervised(service.name, service.command, environment, _address(host, number), log))

        for department in departments():
            start(department, "127.0.0.1", ports[department.name])
        await supervisor.wait_ready(list(ports))
        start(gateway(), gateway_host(), port)
        await supervisor.wait_ready([GATEWAY])
        if demo and not supervisor.stopping.is_set():
            await _load_demo(home, address, terminal, supervisor)
        if not supervisor.stopping.is_set():
            for line in await asyncio.to_thread(greeting, home, address):
                terminal.plain(line)
        await supervisor.stopping.wait()
    finally:
        await supervisor.stop()


async def _load_demo(home: Home, address: str, terminal: Terminal, supervisor: Supervisor) -> None:
    if home.demo_mark.exists():
        return
    terminal.step("loading the demo district through the gateway")
    read_end, write_end = os.pipe()
    try:
        environment = {**os.environ, "YIHU_ADDRESS": address}
        loader = spawn([sys.executable, "-m", "ops", "demo"], environment=environment, folder=ROOT, output=write_end)
    finally:
        os.close(write_end)

    async def show() -> None:
        async for line in lines_of(read_end):
            terminal.line("demo", line.decode(errors="replace").rstrip())

    showing = asyncio.create_task(show())
    stopping = asyncio.create_task(supervisor.stopping.wait())
    await asyncio.wait({showing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if stopping.done():
        loader.terminate()
    code = await asyncio.to_thread(loader.wait)
    released(loader)
    await showing
    if code != 0 and not stopping.done():
        terminal.step(f"the demo could not be loaded (exit code {code}); everything else runs. Again with: make demo")
    stopping.cancel()


def _run(command: list[str], environment: dict[str, str], log: Path, terminal: Terminal) -> int:
    """Run a step to its end, its output in `log` and shown as it comes; it ends with us."""
    descriptor = open_log(log)
    shown_from = os.fstat(descriptor).st_size
    try:
        process = spawn(command, environment=environment, folder=ROOT, output=descriptor)
    finally:
        os.close(descriptor)
    deadline = time.monotonic() + MIGRATION_SECONDS
    try:
        with log.open(errors="replace") as written:
            written.seek(shown_from)
            while process.poll() is None:
                if time.monotonic() > deadline:
                    raise StartError(f"{' '.join(command[1:])} took more than {MIGRATION_SECONDS} s")
                for line in written:
                    terminal.line("migrate", line.rstrip())
                time.sleep(0.05)
    finally:
        end(process, first_signal=signal.SIGTERM, patience=10)
    return process.returncode


def _end_of(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _end_left_over(home: Home, terminal: Terminal) -> None:
    def of_this_home(process: psutil.Process) -> bool:
        # We hold the home's lock, so whoever else carries its mark has lost its supervisor.
        return process.pid != os.getpid() and process.environ().get(MARK) == str(home.path) and _is_ours(process)

    found = end_left_over(of_this_home, first_signal=signal.SIGTERM, patience=15)
    if found:
        terminal.step(f"ended {len(found)} processes that an earlier run left behind")


def _is_ours(process: psutil.Process) -> bool:
    command = process.cmdline()
    return any(module in command for module in ("shared.service", "ops"))


@contextlib.contextmanager
def _raising_signals() -> Iterator[None]:
    """Until the event loop takes the signals over, they end the start where it is."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise StoppedError

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    yield


def _ignore_signals() -> None:
    """While stopping, which is bounded in time, a second Ctrl-C must not leave anything behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
