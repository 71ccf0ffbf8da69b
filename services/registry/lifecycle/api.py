"""The routes of a household's state."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from services.registry.author import Author, decider
from services.registry.context import READ, CurrentRegistry
from services.registry.history.recorder import record
from services.registry.households import repository
from services.registry.households.answers import HouseholdRead, household_document
from services.registry.lifecycle.schemas import StateDecision, States
from services.registry.lifecycle.writer import decide, store_states
from services.registry.writing import Written, check_if_match, write
from shared.auth import CurrentPrincipal
from shared.database import Connection
from shared.identity import BusinessDate
from shared.roster.models import HouseholdState
from shared.service import json_response

router = APIRouter(prefix="/api/v1", tags=["lifecycle"])

_STATES = """
SELECT state, since, until, reason, decided_by, recorded_at, principal, source_system FROM household_state
WHERE household_id = $1 AND ($2::date IS NULL OR (since <= $2 AND (until IS NULL OR until > $2)))
ORDER BY since, recorded_at, household_state_id
"""


@router.post("/households/{household_id}/state", response_model=HouseholdRead)
async def decide_state(
    household_id: UUID, body: StateDecision, request: Request, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    """Record the decision that the household stands in another state (D10, M06, Y103)."""
    decided_by = decider(principal, body.decided_by)
    author, today = Author.of(principal), registry.clock.today()

    async def operation(conn: Connection) -> Written:
        current = await repository.load_one(conn, household_id, scope=principal.scope, lock=True)
        check_if_match(request, current.household["revision"])
        state = decide(
            current,
            {HouseholdState(str(one["state"])) for one in await dated_states(conn, household_id)},
            body.state,
            since=body.since or today,
            today=today,
            reason=body.reason,
            decided_by=decided_by,
        )
        await store_states(conn, [state], author=author)
        await repository.count_up(conn, [household_id])
        await record(conn, [state.change()], author=author, vault=registry.vault)
        versions = await registry.publisher.touch(conn, [household_id])
        after = await repository.load_one(conn, household_id, scope=principal.scope)
        document = household_document(after, registry.vault)
        return Written(document, versions=versions, revision=after.household["revision"])

    return await write(request, registry, principal, operation)


@router.get("/households/{household_id}/states", response_model=States)
async def get_states(
    household_id: UUID,
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    on: Annotated[BusinessDate | None, Query(), Field(description="the state on this day only")] = None,
) -> Response:
    """The dated states, the first one first."""
    principal.require(READ)
    async with registry.database.acquire(principal.scope) as conn:
        await repository.load_one(conn, household_id, scope=principal.scope)
        states = await dated_states(conn, household_id, on=on)
    return json_response({"household_id": household_id, "on": on, "states": states})


async def dated_states(conn: Connection, household_id: UUID, *, on: date | None = None) -> list[dict[str, object]]:
    """The `StateEntry` of each state (or of the one on that day), the first one first."""
    return [dict(row) for row in await conn.fetch(_STATES, household_id, on)]
