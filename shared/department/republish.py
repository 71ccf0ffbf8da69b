"""Say again all that the department holds: for a projection that is rebuilt, or a stream that was lost."""

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from shared.auth import CurrentPrincipal
from shared.database import Database, Scope
from shared.facts.engine import FactsEngine
from shared.snapshots import OutboxMessage, republish

_PAGE = (
    "SELECT household_id, version, content FROM household_facts WHERE household_id > $1 ORDER BY household_id LIMIT 500"
)


class Republished(BaseModel):
    """How many snapshots were put into the outbox."""

    snapshots: int


async def current_facts(database: Database, engine: FactsEngine) -> AsyncIterator[OutboxMessage]:
    """The facts of every household, in their current versions, as events."""
    last = UUID(int=0)
    while True:
        async with database.acquire(Scope.everything()) as connection:
            rows = await connection.fetch(_PAGE, last)
        if not rows:
            return
        for row in rows:
            yield engine.message(row["household_id"], row["version"], row["content"])
        last = rows[-1]["household_id"]


def operations_router(service: str) -> APIRouter:
    """`POST /api/v1/<service>/operations/republish`, for operators."""
    router = APIRouter(prefix=f"/api/v1/{service}/operations", tags=[service])

    @router.post("/republish", summary="Publish all current snapshots again")
    async def republish_all(request: Request, principal: CurrentPrincipal) -> Republished:
        """Harmless at any time: receivers that are up to date change nothing."""
        principal.require("operations")
        state = request.state
        count = await republish(state.database, current_facts(state.database, state.engine))
        state.relay.nudge()
        return Republished(snapshots=count)

    return router
