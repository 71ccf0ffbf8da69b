"""Publishing rows of an outbox: many as one atomic batch, few as a window with an answer for each."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import nats.errors
import nats.js.errors
import orjson
from nats.aio.client import Client
from nats.js.errors import APIError

from shared.snapshots.streams import stream_of

ATOMIC_FROM = 16
"""From this many messages an atomic batch beats single acknowledgements (measured, ADR 0001)."""

HEADER_ROOM_BYTES = 1024
"""Kept free below the server's `max_payload`: headers count, and exceeding it costs the whole connection."""

_MESSAGE_TOO_LARGE = 10054
_STORE_FAILED = 10077

_DELIVERY_TROUBLE = (OSError, nats.errors.Error)
"""Nobody's fault in the message: it waits. TimeoutError is an OSError, every JetStream error a nats.errors.Error."""


@dataclass(frozen=True, slots=True)
class Row:
    """A pending outbox row."""

    id: int
    subject: str
    payload: bytes


@dataclass(slots=True)
class Outcome:
    """What became of rows: acknowledged by the stream, refused for good (with the reason), or to be tried again."""

    published: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    trouble: str | None = None
    """Why the rest has to wait; None when nothing waits."""
    full: set[str] = field(default_factory=set)
    """Streams that have no room."""


async def publish(client: Client, rows: Sequence[Row], *, timeout_seconds: float) -> Outcome:
    """Publish the rows and wait for the streams' acknowledgements, no longer than the timeout for each step."""
    outcome = Outcome()
    by_stream: dict[str, list[Row]] = {}
    largest = client.max_payload - HEADER_ROOM_BYTES
    for row in rows:
        stream = stream_of(row.subject)
        if stream is None:
            outcome.refused[row.id] = "no_stream"
        elif len(row.payload) > largest:
            outcome.refused[row.id] = "too_large"
        else:
            by_stream.setdefault(stream, []).append(row)
    for stream, group in by_stream.items():
        if len(group) < ATOMIC_FROM or not await _atomically(client, stream, group, outcome, timeout_seconds):
            await _one_by_one(client, stream, group, outcome, timeout_seconds)
    return outcome


async def _atomically(
    client: Client, stream: str, rows: Sequence[Row], outcome: Outcome, timeout_seconds: float
) -> bool:
    """Store all or none, with one acknowledgement and one flush to disk. False: ask again, one by one."""
    batch_id = uuid4().hex
    *body, last = enumerate(rows, start=1)
    try:
        for number, row in body:
            headers = {"Nats-Batch-Id": batch_id, "Nats-Batch-Sequence": str(number)}
            await client.publish(row.subject, row.payload, headers=headers)
        number, row = last
        headers = {"Nats-Batch-Id": batch_id, "Nats-Batch-Sequence": str(number), "Nats-Batch-Commit": "1"}
        reply = await client.request(row.subject, row.payload, timeout=timeout_seconds, headers=headers)
    except _DELIVERY_TROUBLE as error:
        outcome.trouble = type(error).__name__
        # Unknown whether it was stored: the rows stay pending and go out again; versions make that harmless.
        return True
    answer = orjson.loads(reply.data)
    fault = answer.get("error")
    if fault is not None and fault.get("err_code") == _STORE_FAILED:
        # Full: no use in asking a thousand times; the first few tell how much room there is.
        await _one_by_one(client, stream, rows[:ATOMIC_FROM], outcome, timeout_seconds)
        outcome.full.add(stream)
        return True
    if fault is not None or answer.get("count") != len(rows):
        return False
    outcome.published.extend(row.id for row in rows)
    return True


async def _one_by_one(
    client: Client, stream: str, rows: Sequence[Row], outcome: Outcome, timeout_seconds: float
) -> None:
    """Publish in a window with an acknowledgement each, so that one message's fault stays its own."""
    answers = await asyncio.gather(
        *(client.request(row.subject, row.payload, timeout=timeout_seconds) for row in rows), return_exceptions=True
    )
    for row, answer in zip(rows, answers, strict=True):
        if isinstance(answer, nats.errors.MaxPayloadError | nats.errors.BadSubjectError):
            outcome.refused[row.id] = type(answer).__name__
        elif isinstance(answer, _DELIVERY_TROUBLE):
            outcome.trouble = type(answer).__name__
        elif isinstance(answer, BaseException):
            raise answer
        else:
            _read_answer(stream, row, answer.data, outcome)


def _read_answer(stream: str, row: Row, answer: bytes, outcome: Outcome) -> None:
    reply = orjson.loads(answer)
    error = reply.get("error")
    if error is None:
        outcome.published.append(row.id)
    elif error.get("err_code") == _MESSAGE_TOO_LARGE:
        outcome.refused[row.id] = "too_large"
    elif error.get("err_code") == _STORE_FAILED:
        outcome.full.add(stream)
    else:
        outcome.trouble = str(APIError(**error))
