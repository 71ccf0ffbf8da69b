"""`/healthz`: the gateway, every service behind it, and the feed, at one glance."""

import asyncio
from collections.abc import Callable, Mapping

import aiohttp
from fastapi import APIRouter, Request
from starlette.responses import Response

from shared.service.bodies import json_response

PATH = "/healthz"


class Health:
    """Asks every upstream for its readiness, all at once."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        upstreams: Mapping[str, str],
        *,
        seconds: float,
        feed_is_live: Callable[[], bool],
        feed_position: Callable[[], int],
    ) -> None:
        self._session = session
        self._upstreams = upstreams
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._feed_is_live = feed_is_live
        self._feed_position = feed_position

    async def report(self) -> dict[str, object]:
        """`{"status": "ready" | "degraded", "services": {name: bool}, "feed": bool, "feed_position": int}`.

        `feed_position` is the place in the stream of the last change heard of: replicas can be compared by it.
        """
        names = list(self._upstreams)
        answers = await asyncio.gather(*(self._is_ready(self._upstreams[name]) for name in names))
        services = dict(zip(names, answers, strict=True))
        feed = self._feed_is_live()
        status = "ready" if feed and all(answers) else "degraded"
        return {"status": status, "services": services, "feed": feed, "feed_position": self._feed_position()}

    async def _is_ready(self, base_url: str) -> bool:
        try:
            async with self._session.get(f"{base_url}/healthz/ready", timeout=self._timeout) as response:
                return response.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False


def health_router() -> APIRouter:
    """The route; 200 also when a part is down, since the rest goes on working: the content tells."""
    router = APIRouter(tags=["health"])

    @router.get(PATH, summary="The gateway and every service behind it", operation_id="get_health")
    async def healthz(request: Request) -> Response:
        health: Health = request.state.health
        return json_response(await health.report(), headers={"Cache-Control": "no-store"})

    return router
