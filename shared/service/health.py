"""Liveness, readiness, metrics: the three plain routes of every service."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.service.bodies import json_response

LIVE = "/healthz/live"
READY = "/healthz/ready"
METRICS = "/metrics"

logger = logging.getLogger(__name__)

Check = Callable[[], Awaitable[bool]]


class Readiness(dict[str, Check]):
    """The checks by name. `draining` is set once the process has been told to stop."""

    draining = False

    async def results(self, *, seconds: float) -> dict[str, bool]:
        """Each check's answer; one that fails or takes longer than `seconds` counts as no."""
        names = list(self)
        answers = await asyncio.gather(*(_answer(name, self[name], seconds) for name in names))
        return dict(zip(names, answers, strict=True))


async def _answer(name: str, check: Check, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return bool(await check())
    except Exception as error:
        logger.warning("readiness check %s failed", name, exc_info=error)
        return False


def health_routes(*, name: str, seconds: float) -> list[Route]:
    async def live(request: Request) -> Response:
        return json_response({"status": "live", "service": name})

    async def ready(request: Request) -> Response:
        readiness: Readiness = request.app.state.readiness
        checks = await readiness.results(seconds=seconds)
        good = all(checks.values()) and not readiness.draining
        status = "ready" if good else "draining" if readiness.draining else "unready"
        document: Mapping[str, object] = {"status": status, "service": name, "checks": checks}
        return json_response(document, 200 if good else 503, {"Cache-Control": "no-store"})

    async def metrics(request: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route(LIVE, live), Route(READY, ready), Route(METRICS, metrics)]
