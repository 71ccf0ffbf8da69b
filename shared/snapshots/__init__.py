"""The event path: from a transaction's outbox through JetStream to every consumer's own copy, and to live feeds.

Public face: `OutboxMessage`, `outbox_message`, `outbox_table`, `outbox_insert`, `enqueue` and `Relay` to publish;
`Event` and `Consumer` to receive; `LiveFeed` to look on; `connect` and `ensure_streams` to set up.
"""

from shared.snapshots.connection import NatsConnection, NatsUnavailable, connect
from shared.snapshots.consumer import Consumer, ConsumerSettings
from shared.snapshots.events import (
    FACTS,
    POLICY_OVERRIDES,
    ROSTER,
    STATUS_CHANGED,
    Event,
    MalformedEvent,
    cloud_event,
    newest,
)
from shared.snapshots.live import LiveEvent, LiveFeed
from shared.snapshots.outbox import (
    FailedRow,
    OutboxMessage,
    enqueue,
    failed_rows,
    outbox_insert,
    outbox_message,
    outbox_table,
    retry_failed,
)
from shared.snapshots.pace import GATHERED, Pace
from shared.snapshots.relay import Relay, RelaySettings
from shared.snapshots.republish import republish
from shared.snapshots.streams import (
    DEADLETTERS,
    POLICY,
    POLICY_SUBJECT,
    SNAPSHOTS,
    STATUS,
    STATUS_CHANGED_SUBJECT,
    StreamLimits,
    StreamSettings,
    ensure_streams,
    snapshots_subject,
)

__all__ = [
    "DEADLETTERS",
    "FACTS",
    "GATHERED",
    "POLICY",
    "POLICY_OVERRIDES",
    "POLICY_SUBJECT",
    "ROSTER",
    "SNAPSHOTS",
    "STATUS",
    "STATUS_CHANGED",
    "STATUS_CHANGED_SUBJECT",
    "Consumer",
    "ConsumerSettings",
    "Event",
    "FailedRow",
    "LiveEvent",
    "LiveFeed",
    "MalformedEvent",
    "NatsConnection",
    "NatsUnavailable",
    "OutboxMessage",
    "Pace",
    "Relay",
    "RelaySettings",
    "StreamLimits",
    "StreamSettings",
    "cloud_event",
    "connect",
    "enqueue",
    "ensure_streams",
    "failed_rows",
    "newest",
    "outbox_insert",
    "outbox_message",
    "outbox_table",
    "republish",
    "retry_failed",
    "snapshots_subject",
]
