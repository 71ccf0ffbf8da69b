"""The frame of every write: one transaction, idempotency, the answer's headers, what follows the commit."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import orjson
from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from services.registry.context import SERVICE, WRITE, Registry
from services.registry.problems import LostRace, Outdated
from shared.auth import Principal
from shared.database import Connection
from shared.records.idempotency import Once, StoredResponse, run_once
from shared.service import ConcurrentChange, FieldError, InvalidParameter, json_response

_ATTEMPTS = 3
_RACES = (LostRace, asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError)


@dataclass(frozen=True, slots=True)
class Written:
    """What a write answers: a document, the touched households with their versions, a revision for the ETag."""

    document: BaseModel | Mapping[str, object]
    versions: Mapping[UUID, int] = field(default_factory=dict)
    status: int = 200
    revision: int | None = None
    location: str | None = None
    main: UUID | None = None
    """The household whose version stands in `Yihu-Version`; the greatest of all versions when not given."""

    def stored(self) -> StoredResponse:
        headers: dict[str, str] = {}
        if self.versions:
            version = self.versions[self.main] if self.main is not None else max(self.versions.values())
            headers["Yihu-Version"] = f"{SERVICE}={version}"
        if self.revision is not None:
            headers["ETag"] = etag(self.revision)
        if self.location is not None:
            headers["Location"] = self.location
        body = (
            self.document.model_dump_json().encode()
            if isinstance(self.document, BaseModel)
            else orjson.dumps(dict(self.document), default=str)
        )
        return StoredResponse(status=self.status, body=body, headers=headers)


async def write(
    request: Request,
    registry: Registry,
    principal: Principal,
    operation: Callable[[Connection], Awaitable[Written]],
    *,
    scope: str = WRITE,
) -> Response:
    """Run the operation once in one transaction and answer; a repeated `Idempotency-Key` gets the stored answer.

    Raises Forbidden without the OAuth scope, ConcurrentChange when others keep getting in between.
    """
    principal.require(scope)
    key = request.headers.get("idempotency-key") if request.method == "POST" else None
    once = Once.of(principal, key, method=request.method, path=request.url.path, body=await request.body())
    touched: set[UUID] = set()

    async def run(connection: Connection) -> StoredResponse:
        touched.clear()
        written = await operation(connection)
        touched.update(written.versions)
        return written.stored()

    for _ in range(_ATTEMPTS):
        try:
            answer = await run_once(registry.database, once, run, scope=principal.scope)
        except _RACES:
            # Another request wrote the same person or household first; what it wrote is seen by the next attempt.
            continue
        registry.committed(touched)
        return json_response(answer.body, status=answer.status, headers=answer.headers)
    raise ConcurrentChange


def etag(revision: int) -> str:
    return f'"{revision}"'


def check_if_match(request: Request, revision: int) -> None:
    """Raise Outdated (412) when `If-Match` names another revision, InvalidParameter when it is no revision at all."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in given.split(",")]
    if not all(tag.isascii() and tag.isdigit() for tag in tags):
        raise InvalidParameter(errors=[FieldError("header:if-match", "revision_tag")])
    if str(revision) not in tags:
        raise Outdated(params={"revision": revision})


def check_preconditions(request: Request, revision: int | None) -> None:
    """As `check_if_match`, of what may not be there yet (None); `If-None-Match: *` wants it not to be there."""
    if revision is None:
        if request.headers.get("if-match") is not None:
            raise Outdated(params={"revision": 0})
    elif request.headers.get("if-none-match", "").strip() == "*":
        raise Outdated(params={"revision": revision})
    else:
        check_if_match(request, revision)


def not_modified(request: Request, tag: str) -> Response | None:
    """304 when the caller's `If-None-Match` names this ETag."""
    given = request.headers.get("if-none-match", "")
    tags = {one.strip().removeprefix("W/") for one in given.split(",")}
    return Response(status_code=304, headers={"ETag": tag}) if tag in tags or "*" in tags else None
