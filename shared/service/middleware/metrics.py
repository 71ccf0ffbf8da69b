"""Request counts and times by route template and status class; never by raw path, which may carry identifiers."""

from collections.abc import Mapping
from time import perf_counter

from prometheus_client import Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DURATION = Histogram(
    "yihu_http_request_duration_seconds",
    "Time from a request's arrival to the end of its response",
    ["service", "method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)
UNDER_WAY = Gauge("yihu_http_requests_in_progress", "Requests under way", ["service"])

UNMATCHED = "(none)"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    def __init__(self, app: ASGIApp, *, service: str, templates: Mapping[object, str]) -> None:
        self.app = app
        self.service = service
        self.templates = templates
        self.under_way = UNDER_WAY.labels(service=service)
        # Looking up a labelled child takes a lock and string work on every request; the set of labels is small.
        self.children: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 499

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self.under_way.inc()
        began = perf_counter()
        try:
            await self.app(scope, receive, send_noting_status)
        finally:
            self.under_way.dec()
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._child(method, route_template(scope, self.templates), status // 100).observe(perf_counter() - began)

    def _child(self, method: str, route: str, status_class: int) -> Histogram:
        key = (method, route, status_class)
        child = self.children.get(key)
        if child is None:
            child = DURATION.labels(service=self.service, method=method, route=route, status=f"{status_class}xx")
            self.children[key] = child
        return child


def route_template(scope: Scope, templates: Mapping[object, str]) -> str:
    """The path of the matched route as declared, such as `/api/v1/health/{record_type}`; `(none)` without a match.

    FastAPI leaves no trace of a plain Starlette route in the scope but its endpoint; `templates` knows those.
    """
    route = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    template = getattr(route, "path_format", None) or getattr(route, "path", None)
    if not isinstance(template, str):
        template = templates.get(scope.get("endpoint"))
    return template if isinstance(template, str) else UNMATCHED
