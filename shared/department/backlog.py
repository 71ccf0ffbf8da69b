"""What is still on its way out of a service and into it: how `make rebuild` sees that all has arrived."""

import asyncio

import nats.errors
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from shared.auth import CurrentPrincipal
from shared.database import Scope
from shared.service.problems import Unavailable

STREAM_SECONDS = 10.0
"""A service just started is ready some seconds before it is connected to the streams."""
_UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL AND failed_at IS NULL"


class Backlog(BaseModel):
    """Events under way now."""

    unpublished: int = Field(description="events of this service that are not in the stream yet")
    untaken: int = Field(description="snapshots of others in the stream that this service has not taken in yet")


def backlog_router(service: str, *, tag: str) -> APIRouter:
    """`GET /api/v1/<service>/operations/backlog`, for operators; `request.state.intake` is the service's consumer."""
    router = APIRouter(prefix=f"/api/v1/{service}/operations", tags=[tag])

    @router.get("/backlog", summary="How much has not been published or taken in yet")
    async def backlog(request: Request, principal: CurrentPrincipal) -> Backlog:
        """503 while the stream cannot be asked."""
        principal.require("operations")
        async with request.state.database.acquire(Scope.everything()) as connection:
            unpublished = await connection.fetchval(_UNPUBLISHED)
        try:
            async with asyncio.timeout(STREAM_SECONDS):
                untaken = await request.state.intake.untaken()
        except (OSError, nats.errors.Error) as error:
            raise Unavailable from error
        return Backlog(unpublished=unpublished, untaken=untaken)

    return router
