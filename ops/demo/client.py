"""A client of the public interface, as a department's system would have one: token, batches, patience."""

import asyncio
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
import orjson
from pydantic import BaseModel, ConfigDict

ATTEMPTS = 12
TIMEOUT_SECONDS = 120
_BUSY = frozenset({429, 502, 503, 504})


class Credential(BaseModel):
    """A principal of the credentials file."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    kind: str
    secret: str
    scopes: tuple[str, ...] = ()


class CredentialsFile(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    principals: tuple[Credential, ...]


class DemoError(Exception):
    """The demo cannot be loaded; the text says why."""


def read_credentials(path: Path) -> CredentialsFile:
    """The credentials that the start of the system wrote; raises `DemoError` naming what is wrong."""
    try:
        return CredentialsFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DemoError(f"{path}: {error.strerror or error}; is the system running?") from None
    except ValueError:
        raise DemoError(f"{path}: no credentials file") from None


@dataclass(slots=True)
class _Token:
    text: str = ""
    expires: float = 0.0


class Client:
    """Sends JSON through the gateway as one principal; waits out what is temporary, `ATTEMPTS` times at most."""

    def __init__(self, session: aiohttp.ClientSession, *, url: str, credential: Credential) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._credential = credential
        self._token = _Token()
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
                    method, self._url + path, data=body, headers={**headers, **authorization}
                ) as answer:
                    content = await answer.read()
                    if answer.status < 300:
                        return _object(content, path)
                    reason = f"{answer.status} {_problem(content)}"
                    if answer.status == 401:
                        self._token = _Token()
                    elif answer.status not in _BUSY:
                        raise DemoError(f"{method} {path}: {reason}")
                    pause = _retry_after(answer.headers.get("Retry-After"), pause)
            except (aiohttp.ClientConnectionError, TimeoutError) as error:
                reason = type(error).__name__
            await asyncio.sleep(pause)
        raise DemoError(f"{method} {path}: still {reason} after {ATTEMPTS} attempts")

    async def _bearer(self) -> str:
        async with self._signing_in:
            if time.monotonic() >= self._token.expires:
                form = {
                    "grant_type": "client_credentials",
                    "client_id": self._credential.id,
                    "client_secret": self._credential.secret,
                }
                async with self._session.post(self._url + "/api/v1/oauth/token", data=form) as answer:
                    content = await answer.read()
                    if answer.status in _BUSY:
                        raise TimeoutError
                    if answer.status != 200:
                        raise DemoError(f"{self._credential.id} cannot sign in: {answer.status} {_problem(content)}")
                token = _object(content, "token")
                lifetime = float(str(token["expires_in"]))
                self._token = _Token(str(token["access_token"]), time.monotonic() + lifetime * 0.8)
            return self._token.text


class Clients:
    """One client for each OAuth scope asked for; an async context manager that closes the connections."""

    def __init__(self, *, url: str, credentials: CredentialsFile, connections: int) -> None:
        self._url = url
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
            self._clients[scope] = Client(self._session, url=self._url, credential=able[0])
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
