"""A request that is sent twice acts once: the answer is stored in the transaction of the act.

`Idempotency-Key` is accepted on every POST. The key belongs to the principal; with it is kept a fingerprint of the
request, so that a key used again for something else is refused rather than answered wrongly.
"""

import hashlib
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

import asyncpg
import orjson
from sqlalchemy import Column, DateTime, Integer, LargeBinary, MetaData, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from shared.auth import Principal
from shared.database import Connection, Database, Scope
from shared.service.problems import BadRequest, IdempotencyKeyReused, Problem, Unavailable

MAX_KEY_LENGTH = 200
_ATTEMPTS = 3


class InvalidIdempotencyKey(BadRequest):
    code = "invalid-idempotency-key"


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """An answer as it is kept and sent: status, ready JSON bytes, the headers that belong to it."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Once:
    """The principal's key and the fingerprint of the request it stands for."""

    principal: str
    key: str
    fingerprint: bytes

    @classmethod
    def of(cls, principal: Principal, key: str | None, *, method: str, path: str, body: bytes) -> "Once | None":
        """None without a key. Raises InvalidIdempotencyKey for an empty, overlong or unprintable one."""
        if key is None:
            return None
        if not key or len(key) > MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
            raise InvalidIdempotencyKey(params={"limit": MAX_KEY_LENGTH})
        # With the area: an answer is not given out again to a caller who may not see that place any more.
        area = " ".join(principal.scope.prefixes)
        digest = hashlib.blake2b(f"{method} {path}\n{area}\n".encode() + body, digest_size=16).digest()
        return cls(principal=principal.subject, key=key, fingerprint=digest)


def idempotency_table(metadata: MetaData) -> Table:
    return Table(
        "idempotency",
        metadata,
        Column("principal", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("status", Integer, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


async def find_stored(
    connection: Connection, wanted: Collection[Once]
) -> dict[Once, StoredResponse | IdempotencyKeyReused]:
    """The answers already given to these requests; a refusal where the key stood for another request."""
    if not wanted:
        return {}
    rows = await connection.fetch(
        "SELECT i.principal, i.key, i.fingerprint, i.status, i.body, i.headers FROM idempotency i"
        " JOIN unnest($1::text[], $2::text[]) AS w(principal, key) USING (principal, key)",
        [once.principal for once in wanted],
        [once.key for once in wanted],
    )
    stored = {(row["principal"], row["key"]): row for row in rows}
    found: dict[Once, StoredResponse | IdempotencyKeyReused] = {}
    for once in wanted:
        row = stored.get((once.principal, once.key))
        if row is None:
            continue
        if row["fingerprint"] != once.fingerprint:
            found[once] = IdempotencyKeyReused(params={"key": once.key})
        else:
            found[once] = StoredResponse(status=row["status"], body=row["body"], headers=orjson.loads(row["headers"]))
    return found


async def store_responses(connection: Connection, answers: dict[Once, StoredResponse]) -> None:
    """Keep the answers, in the caller's transaction. A key stored meanwhile by another raises UniqueViolationError."""
    if not answers:
        return
    await connection.execute(
        "INSERT INTO idempotency (principal, key, fingerprint, status, body, headers)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::int[], $5::bytea[], $6::jsonb[])",
        [once.principal for once in answers],
        [once.key for once in answers],
        [once.fingerprint for once in answers],
        [answer.status for answer in answers.values()],
        [answer.body for answer in answers.values()],
        [orjson.dumps(answer.headers).decode() for answer in answers.values()],
    )


async def run_once(
    database: Database,
    once: Once | None,
    operation: Callable[[Connection], Awaitable[StoredResponse]],
    *,
    scope: Scope | None = None,
) -> StoredResponse:
    """Run the operation in one transaction, or give the stored answer if this request was answered before.

    The operation may run again (it lost a race or a deadlock), never twice with effect: all it does must be in the
    connection's transaction. It may refuse because the same request, sent at the same time, has just acted; then that
    one's answer is given. Raises Unavailable when the race is lost every time.
    """
    for attempt in range(_ATTEMPTS):
        try:
            async with database.transaction(scope or Scope.everything()) as connection:
                if once is not None:
                    found = (await find_stored(connection, [once])).get(once)
                    if isinstance(found, StoredResponse):
                        return found
                    if found is not None:
                        raise found
                answer = await operation(connection)
                if once is not None:
                    await store_responses(connection, {once: answer})
                return answer
        except asyncpg.UniqueViolationError as error:
            if error.table_name != "idempotency" or attempt == _ATTEMPTS - 1:
                raise
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
            if attempt == _ATTEMPTS - 1:
                raise
        except Problem:
            if once is None:
                raise
            async with database.acquire(scope or Scope.everything()) as connection:
                found = (await find_stored(connection, [once])).get(once)
            if not isinstance(found, StoredResponse):
                raise
            return found
    raise Unavailable(retry_after=1)


async def forget_older_than(connection: Connection, days: int) -> None:
    """Delete answers kept longer than `days`: a repeat that late is a new request."""
    await connection.execute("DELETE FROM idempotency WHERE created_at < now() - make_interval(days => $1)", days)
