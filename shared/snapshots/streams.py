"""The JetStream streams, made by code at start, by whichever service comes first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import BadRequestError, NotFoundError

SNAPSHOTS = "SNAPSHOTS"
STATUS = "STATUS"
POLICY = "POLICY"
DEADLETTERS = "DEADLETTERS"

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    SNAPSHOTS: ("snapshots.*",),
    STATUS: ("status.changed",),
    POLICY: ("policy.overrides",),
    DEADLETTERS: ("deadletters.>",),
}

STATUS_CHANGED_SUBJECT = "status.changed"
POLICY_SUBJECT = "policy.overrides"

_SNAPSHOTS_SUBJECT = re.compile(r"snapshots\.[a-z0-9_-]+", re.ASCII)
_NAME_IN_USE = 10058
_POLICY_SNAPSHOTS_KEPT = 8
_MEBIBYTE = 1024 * 1024
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How much a stream holds (bytes) and for how long (seconds, 0: for ever).

    A full stream refuses new messages (`discard: new`): they wait in the outboxes and nothing is lost; see `make_room`.
    Only STATUS drops its oldest instead: nobody keeps a place in it, a live feed tells its reader of a gap, and a
    refusal would hold up the registry for notices that nobody waits for.
    """

    max_bytes: int
    max_age_seconds: float


def _default_limits() -> dict[str, StreamLimits]:
    return {
        SNAPSHOTS: StreamLimits(max_bytes=1024 * _MEBIBYTE, max_age_seconds=7 * _DAY_SECONDS),
        STATUS: StreamLimits(max_bytes=256 * _MEBIBYTE, max_age_seconds=3 * _DAY_SECONDS),
        POLICY: StreamLimits(max_bytes=16 * _MEBIBYTE, max_age_seconds=0),
        DEADLETTERS: StreamLimits(max_bytes=64 * _MEBIBYTE, max_age_seconds=90 * _DAY_SECONDS),
    }


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """Limits a stream and the number of servers that hold each (3 in a cluster)."""

    replicas: int = 1
    limits: Mapping[str, StreamLimits] = field(default_factory=_default_limits)


def snapshots_subject(service: str) -> str:
    """The subject of a service's snapshots: `snapshots.registry`, `snapshots.health`."""
    return f"snapshots.{service}"


def source_of(subject: str) -> str | None:
    """The service whose word a subject carries (`snapshots.health`: `health`); None for subjects of no one service.

    NATS lets a service publish on its own subject only, so the subject, and not the envelope, says who speaks.
    """
    return subject.removeprefix("snapshots.") if _SNAPSHOTS_SUBJECT.fullmatch(subject) else None


def stream_of(subject: str) -> str | None:
    """The stream that carries a subject of the outbox; None where none does."""
    if _SNAPSHOTS_SUBJECT.fullmatch(subject):
        return SNAPSHOTS
    return {STATUS_CHANGED_SUBJECT: STATUS, POLICY_SUBJECT: POLICY}.get(subject)


def stream_configuration(name: str, settings: StreamSettings) -> StreamConfig:
    limits = settings.limits[name]
    return StreamConfig(
        name=name,
        subjects=list(SUBJECTS[name]),
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.OLD if name == STATUS else DiscardPolicy.NEW,
        max_bytes=limits.max_bytes,
        max_age=limits.max_age_seconds,
        max_msgs_per_subject=_POLICY_SNAPSHOTS_KEPT if name == POLICY else -1,
        num_replicas=settings.replicas,
        allow_atomic=True,
        allow_direct=True,
    )


async def ensure_streams(jetstream: JetStreamContext, settings: StreamSettings | None = None) -> None:
    """Make the streams, or bring them to these settings. Idempotent, also when several services start at once.

    What is right already is only looked at: that a service may do which may not make streams.
    """
    settings = settings or StreamSettings()
    for name in SUBJECTS:
        configuration = stream_configuration(name, settings)
        if await _is_so(jetstream, configuration):
            continue
        try:
            await jetstream.add_stream(configuration)
        except BadRequestError as error:
            if error.err_code != _NAME_IN_USE:
                raise
            await jetstream.update_stream(configuration)


_SETTINGS = (
    "subjects", "retention", "storage", "discard", "max_bytes", "max_age", "max_msgs_per_subject", "num_replicas",
    "allow_atomic", "allow_direct",
)  # fmt: skip


async def _is_so(jetstream: JetStreamContext, wanted: StreamConfig) -> bool:
    assert wanted.name is not None  # noqa: S101 - each of ours has one
    try:
        stored = (await jetstream.stream_info(wanted.name)).config
    except NotFoundError:
        return False
    return all(getattr(stored, name) == getattr(wanted, name) for name in _SETTINGS)


async def make_room(jetstream: JetStreamContext, stream: str) -> bool:
    """Remove from a full stream what all its durable consumers have acknowledged; whether there was anything.

    Until it is full a stream keeps what was consumed, for a service that joins later.
    """
    consumers = [info for info in await jetstream.consumers_info(stream) if info.config.durable_name]
    floors = [info.ack_floor.stream_seq if info.ack_floor else 0 for info in consumers]
    floor = min(floors, default=0)
    state = (await jetstream.stream_info(stream)).state
    if floor < state.first_seq or state.messages == 0:
        return False
    return bool(await jetstream.purge_stream(stream, seq=floor + 1))
