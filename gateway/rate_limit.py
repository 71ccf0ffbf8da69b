"""Token buckets: so many requests a second for each caller, with a burst."""

from collections import OrderedDict
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` requests on average, `burst` at once."""

    per_second: float
    burst: float

    @property
    def policy_header(self) -> bytes:
        """The value of `RateLimit-Policy`: quota and window in seconds."""
        window = max(1, ceil(self.burst / self.per_second))
        return f'"default";q={int(self.burst)};w={window}'.encode()


class Bucket:
    """The requests that one caller has left. Times are monotonic seconds, given by the caller."""

    __slots__ = ("_filled_at", "_left", "policy_header", "rate")

    def __init__(self, rate: Rate, *, now: float) -> None:
        self.rate = rate
        self.policy_header = rate.policy_header
        self._left = float(rate.burst)
        self._filled_at = now

    def take(self, *, now: float) -> bool:
        """Takes one request; False when none is left."""
        left = self._left + (now - self._filled_at) * self.rate.per_second
        left = min(left, self.rate.burst)
        self._filled_at = now
        if left < 1.0:
            self._left = left
            return False
        self._left = left - 1.0
        return True

    @property
    def left(self) -> int:
        return int(self._left)

    @property
    def retry_after(self) -> int:
        """Whole seconds until the next request will be taken."""
        return max(1, ceil((1.0 - self._left) / self.rate.per_second))

    def header(self) -> bytes:
        """The value of `RateLimit`: what is left, and the seconds until the bucket is full again."""
        return b'"default";r=%d;t=%d' % (int(self._left), ceil((self.rate.burst - self._left) / self.rate.per_second))


class Buckets:
    """The buckets of many callers; the longest unused is forgotten first (it has filled up meanwhile)."""

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._by_caller: OrderedDict[str, Bucket] = OrderedDict()

    def of(self, caller: str, rate: Rate, *, now: float) -> Bucket:
        bucket = self._by_caller.get(caller)
        if bucket is None:
            bucket = Bucket(rate, now=now)
            self._by_caller[caller] = bucket
            if len(self._by_caller) > self._limit:
                self._by_caller.popitem(last=False)
        else:
            self._by_caller.move_to_end(caller)
        return bucket
