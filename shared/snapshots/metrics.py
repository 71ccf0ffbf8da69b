"""What operators watch on the event path. `database` is the service's name, `consumer` a durable's."""

from prometheus_client import Counter, Gauge, Histogram

OUTBOX_PENDING = Gauge("yihu_outbox_pending_rows", "Rows that wait to be published", ["database"])
OUTBOX_OLDEST = Gauge("yihu_outbox_oldest_pending_seconds", "Age of the oldest row that waits", ["database"])
OUTBOX_FAILED = Gauge("yihu_outbox_failed_rows", "Rows that can never be published as they are", ["database"])
OUTBOX_PUBLISHED = Counter("yihu_outbox_published", "Rows published and acknowledged", ["database"])
OUTBOX_REFUSED = Counter("yihu_outbox_refused", "Rows set aside as unpublishable", ["database"])
OUTBOX_LEADER = Gauge("yihu_outbox_relay_leader", "1 where this process publishes for its database", ["database"])

CONSUMER_BATCHES = Counter("yihu_consumer_batches", "Batches handled and committed", ["consumer"])
CONSUMER_EVENTS = Counter("yihu_consumer_events", "Events handled and committed", ["consumer"])
CONSUMER_SUPERSEDED = Counter("yihu_consumer_superseded", "Events skipped for a newer one in the batch", ["consumer"])
CONSUMER_ERRORS = Counter("yihu_consumer_errors", "Batches or events whose handling failed", ["consumer", "error"])
CONSUMER_DEAD = Counter("yihu_consumer_dead_letters", "Events set aside as dead letters", ["consumer", "error"])
CONSUMER_PENDING = Gauge("yihu_consumer_pending_events", "Events of the stream not yet delivered", ["consumer"])
CONSUMER_SECONDS = Histogram(
    "yihu_consumer_batch_seconds",
    "Time to handle a batch",
    ["consumer"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
