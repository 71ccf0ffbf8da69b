"""A client of the public interface, as a department's system would have one: token, batches, patience."""

import asyncio
import hashlib
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import aiohttp
import orjson

from ops.token import BUSY, Credential, Credentials, NoTokenError, sign_in

ATTEMPTS = 12
TIMEOUT_SECONDS = 120


class DemoError(Exception):
    """The demo cannot be loaded; the text says why."""


class Client:
    """Sends JSON through the gateway as one principal; waits out what is temporary, `ATTEMPTS` times at most."""

    def __init__(self, session: aiohttp.ClientSession, credential: Credential, *, credentials: Credentials) -> None:
        self._session = session
        self._credential = credential
        self._credentials = credentials
        self._token = ""
        self._token_until = 0.0
        self._signing_in = asyncio.Lock()

    async def post(self, path: str, document: Mapping[str, object]) -> dict[str, object]:
        """The answer to a POST that may be repeated without harm: its key follows from its content."""
        body = orjson.dumps(document)
        key = "demo-" + hashlib.sha256(path.encode() + b"\n" + body).hexdigest()
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return await self._send("POST", path, body, headers)

    async def get(self, path: str) -> dict[str, object]:
        return await self._send("GET", path, None, {})

    async def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> dict[str, object]:
        reason = ""
        for attempt in range(ATTEMPTS):
            pause = min(0.25 * 2**attempt, 5.0)
            try:
                authorization = {"Authorization": f"Bearer {await self._bearer()}", "Accept-Language": "en"}
                async with self._session.request(
                    method, self._credentials.address + path, data=body, headers={**headers, **authorization}
                ) as answer:
                    content = await answer.read()
                    if answer.status < 300:
                        return _object(content, path)
                    reason = f"{answer.status} {_problem(content)}"
                    if answer.status == 401:
                        self._token_until = 0.0
                    elif answer.status not in BUSY:
                        raise DemoError(f"{method} {path}: {reason}")
                    pause = _retry_after(answer.headers.get("Retry-After"), pause)
            except (aiohttp.ClientError, TimeoutError) as error:
                reason = type(error).__name__
            except NoTokenError as error:
                if not error.busy:
                    raise DemoError(str(error)) from None
                reason = str(error)
            await asyncio.sleep(pause)
        raise DemoError(f"{method} {path}: still {reason} after {ATTEMPTS} attempts")

    async def _bearer(self) -> str:
        async with self._signing_in:
            if time.monotonic() >= self._token_until:
                endpoint = self._credentials.token_endpoint
                token = await asyncio.to_thread(sign_in, self._credential, token_endpoint=endpoint)
                self._token, self._token_until = token.text, time.monotonic() + token.seconds * 0.8
            return self._token


class Clients:
    """One client for each OAuth scope asked for; an async context manager that closes the connections."""

    def __init__(self, credentials: Credentials, *, connections: int) -> None:
        self._credentials = credentials
        self._connections = connections
        self._clients: dict[str, Client] = {}

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        connector = aiohttp.TCPConnector(limit=self._connections)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    def with_scope(self, scope: str) -> Client:
        """A client whose principal has the scope, a department's system before any other."""
        if scope not in self._clients:
            able = sorted(
                (one for one in self._credentials.principals if scope in one.scopes and one.kind == "system"),
                key=lambda one: (not one.id.startswith(scope.partition(":")[0]), one.id),
            )
            if not able:
                raise DemoError(f"no system of the credentials file has the scope {scope}")
            self._clients[scope] = Client(self._session, able[0], credentials=self._credentials)
        return self._clients[scope]


def _object(content: bytes, path: str) -> dict[str, object]:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise DemoError(f"{path}: the answer is no JSON object")
    return document


def _problem(content: bytes) -> str:
    """Code and first faults of a problem document."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(document, dict):
        return ""
    faults = document.get("errors")
    shown = [f"{one.get('pointer')} {one.get('code')}" for one in faults[:3]] if isinstance(faults, Sequence) else []
    return " ".join([str(document.get("code") or document.get("error") or ""), *shown])


def _retry_after(text: str | None, otherwise: float) -> float:
    return min(float(text), 10.0) if text is not None and text.isascii() and text.isdigit() else otherwise
