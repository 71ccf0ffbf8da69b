"""Dead letters: events that a consumer could not handle, kept with the reason until a person sends them again.

`python -m shared.snapshots.deadletters --help` is the command for them.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError

from shared.snapshots.streams import DEADLETTERS

SUBJECT = "Yihu-Original-Subject"
STREAM = "Yihu-Original-Stream"
SEQUENCE = "Yihu-Original-Sequence"
CONSUMER = "Yihu-Consumer"
ERROR = "Yihu-Error"
DELIVERIES = "Yihu-Deliveries"
STORED_AT = "Yihu-Stored-At"
FAILED_AT = "Yihu-Failed-At"


class NoSuchDeadLetter(LookupError):  # noqa: N818 - named as a state, like every refusal of this system
    """No dead letter has this number (any more)."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event set aside. `number` names it; `error` is the class of the error alone, for texts may hold personal data.

    `stored_at` is when the event was published first, `failed_at` when it was given up; RFC 3339.
    """

    number: int
    consumer: str
    error: str
    subject: str
    stream: str
    sequence: int
    deliveries: int
    stored_at: str
    failed_at: str
    payload: bytes


async def bury(jetstream: JetStreamContext, message: Msg, *, consumer: str, error: str) -> None:
    """Store the message among the dead letters, unchanged; returns once that is acknowledged."""
    origin = message.metadata
    headers = {
        SUBJECT: message.subject,
        STREAM: origin.stream,
        SEQUENCE: str(origin.sequence.stream),
        CONSUMER: consumer,
        ERROR: error,
        DELIVERIES: str(origin.num_delivered),
        STORED_AT: origin.timestamp.isoformat(),
        FAILED_AT: datetime.now(UTC).isoformat(),
    }
    await jetstream.publish(f"deadletters.{consumer}", message.data, headers=headers)


async def dead_letters(
    jetstream: JetStreamContext, *, consumer: str | None = None, after: int = 0, limit: int = 100
) -> list[DeadLetter]:
    """Dead letters in the order of their numbers, of one consumer or of all, numbered above `after`."""
    return [letter async for letter in _walk(jetstream, consumer=consumer, after=after, limit=limit)]


async def dead_letter(jetstream: JetStreamContext, number: int) -> DeadLetter:
    """One dead letter. Raises NoSuchDeadLetter."""
    try:
        return _read(await jetstream.get_msg(DEADLETTERS, seq=number))
    except NotFoundError as error:
        raise NoSuchDeadLetter(number) from error


async def redrive(jetstream: JetStreamContext, number: int) -> int:
    """Publish a dead letter to its own subject again, then remove it; return its new place in the stream.

    Every consumer of the stream sees it again; those that know its version change nothing. Raises NoSuchDeadLetter.
    """
    letter = await dead_letter(jetstream, number)
    answer = await jetstream.publish(letter.subject, letter.payload)
    await jetstream.delete_msg(DEADLETTERS, number)
    return answer.seq


async def redrive_all(jetstream: JetStreamContext, *, consumer: str | None = None) -> int:
    """Publish again every dead letter there is now, of one consumer or of all; return how many."""
    last = (await jetstream.stream_info(DEADLETTERS)).state.last_seq
    count = 0
    async for letter in _walk(jetstream, consumer=consumer, after=0, limit=None):
        if letter.number > last:
            break
        await redrive(jetstream, letter.number)
        count += 1
    return count


async def _walk(
    jetstream: JetStreamContext, *, consumer: str | None, after: int, limit: int | None
) -> AsyncIterator[DeadLetter]:
    subject = f"deadletters.{consumer}" if consumer else "deadletters.>"
    number, count = after, 0
    while limit is None or count < limit:
        try:
            found = await jetstream.get_msg(DEADLETTERS, seq=number + 1, subject=subject, next=True)
        except NotFoundError:
            return
        letter = _read(found)
        number, count = letter.number, count + 1
        yield letter


def _read(message: RawStreamMsg) -> DeadLetter:
    headers: Mapping[str, str] = message.headers or {}
    return DeadLetter(
        number=message.seq or 0,
        consumer=headers.get(CONSUMER, ""),
        error=headers.get(ERROR, ""),
        subject=headers.get(SUBJECT, ""),
        stream=headers.get(STREAM, ""),
        sequence=int(headers.get(SEQUENCE, "0")),
        deliveries=int(headers.get(DELIVERIES, "0")),
        stored_at=headers.get(STORED_AT, ""),
        failed_at=headers.get(FAILED_AT, ""),
        payload=message.data or b"",
    )
