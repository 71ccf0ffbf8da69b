"""The outbox: what is to be published is written in the transaction that made it true (ADR 0001).

A row is pending until `published_at` or `failed_at` is set. Only the relay sets them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, MetaData, Table, Text, Uuid, func

from shared.database.identifiers import uuid7
from shared.snapshots.events import cloud_event


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One event to publish. `payload` is the whole CloudEvent; `key` the household id or "policy"."""

    subject: str
    event_id: UUID
    key: str
    version: int
    payload: bytes


class Statements(Protocol):
    """What of an asyncpg connection, pooled or not, the outbox needs."""

    async def execute(self, query: str, *args: object) -> str: ...
    async def fetch(self, query: str, *args: object) -> list[asyncpg.Record]: ...


def outbox_table(metadata: MetaData) -> Table:
    """Declare the table `outbox` for a service's migrations."""
    table = Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("subject", Text, nullable=False),
        Column("event_id", Uuid, nullable=False),
        Column("key", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("published_at", DateTime(timezone=True)),
        Column("failed_at", DateTime(timezone=True)),
        Column("failure", Text),
    )
    Index(
        "outbox_pending",
        table.c.id,
        postgresql_where=(table.c.published_at.is_(None) & table.c.failed_at.is_(None)),
    )
    Index("outbox_failed", table.c.id, postgresql_where=table.c.failed_at.is_not(None))
    return table


def outbox_insert(messages: Sequence[OutboxMessage], *, first: int = 1) -> tuple[str, tuple[object, ...]]:
    """The insert as SQL text and its five arguments, to be put into a caller's own CTE.

    Parameters are numbered from `first`, so `WITH written AS (...), sent AS ({sql}) SELECT ...` saves a round trip.
    The text depends on `first` alone, whatever the number of messages, and so stays prepared.
    """
    a, b, c, d, e = range(first, first + 5)
    sql = (
        "INSERT INTO outbox (subject, event_id, key, version, payload) "
        f"SELECT * FROM unnest(${a}::text[], ${b}::uuid[], ${c}::text[], ${d}::bigint[], ${e}::bytea[])"
    )
    return sql, (
        [message.subject for message in messages],
        [message.event_id for message in messages],
        [message.key for message in messages],
        [message.version for message in messages],
        [message.payload for message in messages],
    )


async def enqueue(connection: Statements, messages: Sequence[OutboxMessage]) -> None:
    """Write the messages within the caller's transaction, in one statement. Call `Relay.nudge` after the commit."""
    if messages:
        sql, arguments = outbox_insert(messages)
        await connection.execute(sql, *arguments)


def outbox_message(
    *,
    subject: str,
    source: str,
    type: str,  # noqa: A002 - the attribute's name in CloudEvents
    key: str,
    version: int,
    data: bytes,
    time: datetime,
    traceparent: str | None = None,
) -> OutboxMessage:
    """Compose the event and the row that carries it (`subject` is the NATS subject, `key` the CloudEvents subject)."""
    event_id = uuid7()
    payload = cloud_event(
        source=source,
        type=type,
        subject=key,
        version=version,
        data=data,
        time=time,
        traceparent=traceparent,
        event_id=event_id,
    )
    return OutboxMessage(subject=subject, event_id=event_id, key=key, version=version, payload=payload)


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A row that could not be published as it is, and why: `too_large` (for the server) or `no_stream`."""

    id: int
    subject: str
    key: str
    version: int
    failure: str
    failed_at: datetime


async def failed_rows(connection: Statements, *, limit: int = 100) -> list[FailedRow]:
    """Rows set aside as unpublishable, oldest first."""
    records = await connection.fetch(
        "SELECT id, subject, key, version, failure, failed_at FROM outbox WHERE failed_at IS NOT NULL "
        "ORDER BY id LIMIT $1",
        limit,
    )
    return [FailedRow(**dict(record)) for record in records]


async def retry_failed(connection: Statements, ids: Sequence[int]) -> int:
    """Put rows set aside into the queue again, once the cause is gone; return how many."""
    records = await connection.fetch(
        "UPDATE outbox SET failed_at = NULL, failure = NULL WHERE id = ANY($1::bigint[]) AND failed_at IS NOT NULL "
        "RETURNING id",
        list(ids),
    )
    return len(records)
