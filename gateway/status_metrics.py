"""How status reads were answered, as counters whose labels are bound once."""

from prometheus_client import Counter

_READS = Counter("yihu_gateway_status_reads_total", "Status reads by where the answer came from", ["cache"])

HIT = _READS.labels(cache="hit")
MISS = _READS.labels(cache="miss")
BYPASS = _READS.labels(cache="bypass")
