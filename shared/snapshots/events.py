"""The envelope of everything that crosses between services: CloudEvents 1.0, structured JSON (SYS01, SYS24).

An event carries one versioned snapshot. `source` is the service's name in code and `/yihu/<name>` on the wire.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

import orjson

from shared.database.identifiers import uuid7

ROSTER = "yihu.household.roster.v1"
FACTS = "yihu.household.facts.v1"
STATUS_CHANGED = "yihu.household.status-changed.v1"
POLICY_OVERRIDES = "yihu.policy.overrides.v1"

_SOURCE_PREFIX = "/yihu/"
_SEQUENCE_DIGITS = 20
_SEQUENCE = re.compile(r"[0-9]{1,20}", re.ASCII)
_MAX_VERSION = 2**63 - 1


class MalformedEvent(ValueError):  # noqa: N818 - named as a state, like every refusal of this system
    """The message is no CloudEvent of this system: it is set aside as a dead letter at once, never retried."""


def cloud_event(
    *,
    source: str,
    type: str,  # noqa: A002 - the attribute's name in CloudEvents
    subject: str,
    version: int,
    data: bytes,
    time: datetime,
    traceparent: str | None = None,
    event_id: UUID | None = None,
) -> bytes:
    """A whole CloudEvent as JSON bytes; `data` is ready JSON and goes in as it is.

    `source` is a service's name, `subject` the key (household id or "policy"), `version` the snapshot's version,
    written as a zero-padded `sequence` so that it sorts as text. `time` is aware.
    """
    event: dict[str, object] = {
        "specversion": "1.0",
        "id": str(event_id or uuid7()),
        "source": _SOURCE_PREFIX + source,
        "type": type,
        "subject": subject,
        "time": time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": f"urn:yihu:schema:{type}",
        "partitionkey": subject,
        "sequence": f"{version:0{_SEQUENCE_DIGITS}d}",
    }
    if traceparent is not None:
        event["traceparent"] = traceparent
    event["data"] = orjson.Fragment(data)
    return orjson.dumps(event)


@dataclass(frozen=True, slots=True)
class Event:
    """One snapshot as received.

    `key` is the household id or "policy", `data` the JSON of the snapshot, `sequence` the place in the stream (0 where
    it was not read from one). The receiver keeps the highest `version` of each (source, key).
    """

    source: str
    type: str
    key: str
    version: int
    data: bytes
    time: datetime
    traceparent: str | None
    sequence: int
    id: str = ""

    @classmethod
    def parse(cls, payload: bytes, *, sequence: int = 0) -> Self:
        """Read a CloudEvent. Raises MalformedEvent for anything else."""
        try:
            document = orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            raise MalformedEvent("not JSON") from error
        if not isinstance(document, dict):
            raise MalformedEvent("not a JSON object")
        if document.get("specversion") != "1.0" or "data" not in document:
            raise MalformedEvent("not a CloudEvent 1.0 with data")
        source = _text(document, "source")
        if not source.startswith(_SOURCE_PREFIX):
            raise MalformedEvent("source is none of this system")
        traceparent = document.get("traceparent")
        return cls(
            source=source.removeprefix(_SOURCE_PREFIX),
            type=_text(document, "type"),
            key=_text(document, "subject"),
            version=_version(document),
            data=orjson.dumps(document["data"]),
            time=_time(document),
            traceparent=traceparent if isinstance(traceparent, str) else None,
            sequence=sequence,
            id=_text(document, "id"),
        )


def _text(document: dict[str, object], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedEvent(f"{name} is missing")
    return value


def _version(document: dict[str, object]) -> int:
    text = _text(document, "sequence")
    if _SEQUENCE.fullmatch(text) is None or int(text) > _MAX_VERSION:
        raise MalformedEvent("sequence is no version")
    return int(text)


def _time(document: dict[str, object]) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(document, "time"))
    except ValueError as error:
        raise MalformedEvent("time is no moment") from error
    if moment.tzinfo is None:
        raise MalformedEvent("time has no offset")
    return moment


def newest(events: list[Event]) -> list[Event]:
    """The highest version of each (source, key), in the order of arrival of those kept: the rest says nothing more."""
    best: dict[tuple[str, str], Event] = {}
    for event in events:
        slot = (event.source, event.key)
        known = best.get(slot)
        if known is None or event.version > known.version:
            best.pop(slot, None)
            best[slot] = event
    return list(best.values())
