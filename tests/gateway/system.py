"""A whole system of real processes in a home of its own, and callers who know nothing but its gateway."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import httpx
import psutil

from ops.environment import MARK
from ops.topology import ROOT
from shared.testing.waiting import wait_until

START_SECONDS = 240.0
STOP_SECONDS = 90.0
COMMAND_SECONDS = 400.0
ORPHAN_SECONDS = 40.0
TOKEN_SECONDS = 600.0
BUSY = frozenset({429, 502, 503, 504})
Json = Mapping[str, object]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def body_of(response: httpx.Response, status: int | Sequence[int] = 200) -> dict[str, object]:
    """The JSON object of an answer that has to have this status."""
    expected = [status] if isinstance(status, int) else list(status)
    assert response.status_code in expected, f"{response.request.url.path}: {response.status_code} {response.text}"
    return cast(dict[str, object], response.json())


def is_problem(answer: httpx.Response) -> bool:
    """Whether it is a problem document (RFC 9457) with all that a caller needs."""
    members = {"type", "title", "status", "code", "instance"}
    return answer.headers["content-type"].startswith("application/problem+json") and members <= set(answer.json())


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs; one that ends while it is looked at does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@dataclass
class Caller:
    """A principal of the demo that signs in at the gateway and sends requests; one per client id."""

    client: httpx.AsyncClient
    entry: dict[str, object]
    language: str = "en"
    _token: str = ""
    _signed_in_at: float = field(default=-TOKEN_SECONDS)

    async def token(self) -> str:
        if time.monotonic() - self._signed_in_at > TOKEN_SECONDS:
            self._token = await self._sign_in()
            self._signed_in_at = time.monotonic()
        return self._token

    async def _sign_in(self) -> str:
        name, secret = str(self.entry["id"]), str(self.entry["secret"])
        form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
        if self.entry["kind"] == "person":
            form = {"grant_type": "password", "username": name, "password": secret}
        answer = await self.client.post("/api/v1/oauth/token", data=form)
        return str(body_of(answer)["access_token"])

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: Json | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One request; JSON unless the body is bytes already."""
        sent = {"Authorization": f"Bearer {await self.token()}", "Accept-Language": self.language, **(headers or {})}
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        return await self.client.request(method, path, content=content, headers=sent, params=params)

    async def get(
        self, path: str, *, headers: Mapping[str, str] | None = None, params: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return await self.send("GET", path, headers=headers, params=params)

    async def post(
        self, path: str, body: Json, *, key: str | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """A POST; `key` is its Idempotency-Key."""
        extra = {"Idempotency-Key": key} if key is not None else {}
        return await self.send("POST", path, body=body, headers={**(headers or {}), **extra})

    async def post_patiently(self, path: str, body: Json, *, seconds: float = 90.0) -> httpx.Response:
        """As a careful department system: the same key again for as long as the answer is "not now"."""
        key, deadline = uuid.uuid4().hex, time.monotonic() + seconds
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await self.post(path, body, key=key)
                if answer.status_code not in BUSY:
                    return answer
            assert time.monotonic() < deadline, f"{path} was not taken within {seconds} s"
            await asyncio.sleep(0.1)

    async def pages(self, path: str, **params: str) -> list[dict[str, object]]:
        """All items of a list, page after page."""
        items: list[dict[str, object]] = []
        while True:
            page = body_of(await self.get(path, params=params))
            items += cast(list[dict[str, object]], page["items"])
            if page["next_cursor"] is None:
                return items
            params = {**params, "cursor": str(page["next_cursor"])}


class System:
    """`python -m ops up` on a home and port; found again by its processes, ended by signals to them alone."""

    def __init__(self, home: Path, *, port: int | None = None) -> None:
        self.home = home
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.client = httpx.AsyncClient(base_url=self.address, timeout=60, trust_env=False)
        self.process: subprocess.Popen[bytes] | None = None
        self._callers: dict[str, Caller] = {}

    @property
    def console(self) -> Path:
        return self.home.parent / f"{self.home.name}-console.log"

    async def start(self, *, demo: bool = False) -> None:
        """Return when the gateway answers that everything is ready; the demo is then still being loaded."""
        self.home.parent.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "YIHU_HOME": str(self.home), "YIHU_PORT": str(self.port)}
        with self.console.open("ab") as console:
            self.process = subprocess.Popen(  # noqa: ASYNC220, S603 - ours, and waited for in a thread
                [sys.executable, "-m", "ops", "up", *([] if demo else ["--without-demo"])],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

        async def gateway_answers() -> bool:
            process = self.process
            assert process is not None
            assert process.poll() is None, self.console.read_text(errors="replace")[-3000:]
            return await self.is_ready()

        await wait_until(gateway_answers, seconds=START_SECONDS)

    async def command(self, *arguments: str, module: str = "ops") -> subprocess.CompletedProcess[str]:
        """`python -m ops <arguments>` on this home, to its end."""
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, "YIHU_HOME": str(self.home)},
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    async def is_ready(self) -> bool:
        try:
            return (await self.client.get("/healthz")).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    async def ready(self, *, seconds: float = 120.0) -> None:
        await wait_until(self.is_ready, seconds=seconds)

    async def stop(self) -> int:
        """SIGTERM to the supervisor; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.to_thread(self.process.wait, STOP_SECONDS)
        finally:
            self.kill_left_over()

    def kill_left_over(self) -> None:
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        if self.process is not None:
            self.process.wait()

    async def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            await self.stop()
        await self.client.aclose()

    def processes(self) -> list[psutil.Process]:
        """Every process of this home: the supervisor with all below it, and what carries the home's mark."""
        found: dict[int, psutil.Process] = {}
        if self.process is not None and self.process.poll() is None:
            supervisor = psutil.Process(self.process.pid)
            found = {one.pid: one for one in [supervisor, *supervisor.children(recursive=True)]}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                mine = process.environ().get(MARK) == str(self.home) or str(self.home) in " ".join(process.cmdline())
                if mine and process.pid != os.getpid():
                    found[process.pid] = process
        return [one for one in found.values() if is_alive(one)]

    async def all_gone(self, processes: Sequence[psutil.Process]) -> None:
        """Return when none of these is left, nor any other of this home."""

        def nobody_left() -> bool:
            return not any(is_alive(one) for one in processes) and not self.processes()

        try:
            await wait_until(nobody_left, seconds=ORPHAN_SECONDS)
        except TimeoutError:
            left = [" ".join(one.cmdline())[:120] for one in self.processes()]
            raise AssertionError(f"left behind: {left}") from None

    def pid_of(self, name: str) -> int:
        """The process of a service (`health`), or of `nats-server` or `postgres` (its postmaster)."""
        if name == "postgres":
            (file,) = self.home.glob("postgres/**/postmaster.pid")
            return int(file.read_text().splitlines()[0])
        assert self.process is not None
        wanted = {"nats-server": "nats-server", "gateway": "gateway.app"}.get(name, f"services.{name}.app")
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                if any(part.endswith(wanted) for part in child.cmdline()):
                    return child.pid
        raise LookupError(f"no process {name}")

    def kill(self, name: str) -> None:
        os.kill(self.pid_of(name), signal.SIGKILL)

    def as_(self, client_id: str) -> Caller:
        """A caller by its client id in the credentials file."""
        if client_id not in self._callers:
            document = json.loads((self.home / "credentials.json").read_bytes())
            entry = next(one for one in document["principals"] if one["id"] == client_id)
            self._callers[client_id] = Caller(self.client, entry)
        return self._callers[client_id]

    @property
    def health(self) -> Caller:
        return self.as_("health-system")

    @property
    def registry(self) -> Caller:
        return self.as_("registry-system")

    @property
    def mobile(self) -> Caller:
        return self.as_("mobile-app")

    @property
    def office(self) -> Caller:
        return self.as_("district-office")

    @property
    def auditor(self) -> Caller:
        """Of the one village 420115010200."""
        return self.as_("village-auditor")
