"""Which service answers which path: data, looked up by the first segment after `/api/v1/`."""

from collections.abc import Iterable, Mapping

API_ROOT = "/api/v1/"

COLLECTIONS: Mapping[str, tuple[str, ...]] = {
    "registry": ("households", "members", "divisions", "villages", "statuses", "policy"),
}
"""Collections that a service serves directly under the API's root, besides its own name.

Every service answers under `/api/v1/<its name>/`. The registry is everyone's: its collections need no name before them.
"""


class RouteTable:
    """Finds the upstream of a path in one dictionary look-up, however many departments there are."""

    def __init__(self, upstreams: Iterable[str]) -> None:
        self._by_segment: dict[str, str] = {}
        for name in upstreams:
            for segment in (name, *COLLECTIONS.get(name, ())):
                owner = self._by_segment.setdefault(segment, name)
                if owner != name:
                    raise ValueError(f"two upstreams answer {API_ROOT}{segment}: {owner} and {name}")

    def find(self, path: str) -> str | None:
        """The upstream of `/api/v1/<segment>[:action][/...]`; None when nobody answers it."""
        if not path.startswith(API_ROOT):
            return None
        end = path.find("/", len(API_ROOT))
        segment = path[len(API_ROOT) :] if end < 0 else path[len(API_ROOT) : end]
        upstream = self._by_segment.get(segment)
        if upstream is None and ":" in segment:
            upstream = self._by_segment.get(segment.partition(":")[0])
        return upstream

    def segments(self) -> Mapping[str, str]:
        """Every first segment with its upstream."""
        return dict(self._by_segment)
