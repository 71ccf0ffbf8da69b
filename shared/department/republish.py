"""Say again all that the department holds: for a projection that is rebuilt, or a stream that was lost. Compute it
again: for facts that rest on the rules and shipped values of another release."""

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

_NEXT = "SELECT household_id FROM roster_household WHERE household_id > $1 ORDER BY household_id LIMIT 500"


class Republished(BaseModel):
    """How many snapshots were put into the outbox."""

    snapshots: int


class Rebuilt(BaseModel):
    """How many households' facts were not what records, roster and policy give, and have been put right."""

    changed: int


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


async def compute_again(database: Database, engine: FactsEngine) -> int:
    """The facts of every household, a chunk a transaction; returns how many changed. Nudge the relay after."""
    changed, last = 0, UUID(int=0)
    while True:
        async with database.transaction(Scope.everything()) as connection:
            ids = [row["household_id"] for row in await connection.fetch(_NEXT, last)]
            if not ids:
                return changed
            before = await engine.versions(connection, ids)
            after = await engine.recompute(connection, ids)
        changed += sum(before.get(one) != version for one, version in after.items())
        last = ids[-1]


def operations_router(service: str) -> APIRouter:
    """`POST /api/v1/<service>/operations/republish` and `.../rebuild`, for operators."""
    router = APIRouter(prefix=f"/api/v1/{service}/operations", tags=[service])

    @router.post("/republish", summary="Publish all current snapshots again")
    async def republish_all(request: Request, principal: CurrentPrincipal) -> Republished:
        """Harmless at any time: receivers that are up to date change nothing."""
        principal.require("operations")
        state = request.state
        count = await republish(state.database, current_facts(state.database, state.engine))
        state.relay.nudge()
        return Republished(snapshots=count)

    @router.post("/rebuild", summary="Compute all facts again")
    async def rebuild_all(request: Request, principal: CurrentPrincipal) -> Rebuilt:
        """After an upgrade: else they wait for a change of a record, the roster, the policy or the day."""
        principal.require("operations")
        state = request.state
        changed = await compute_again(state.database, state.engine)
        state.relay.nudge()
        return Rebuilt(changed=changed)

    return router
