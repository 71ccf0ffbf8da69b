"""The routes of natural changes, split, merge and transfer."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from services.registry.author import Author
from services.registry.bulk import decode
from services.registry.changes.schemas import ChangeResult, HouseholdChange, TouchedHousehold
from services.registry.context import READ, CurrentRegistry
from services.registry.households import repository
from services.registry.writing import Written, check_if_match, write
from shared.auth import CurrentPrincipal
from shared.database import Connection
from shared.identity import ReasonText
from shared.service import json_response

router = APIRouter(prefix="/api/v1", tags=["changes"])

_CHANGES = """
SELECT change_id, household_id, other_household_id, member_id, kind, occurred_on, reason, details, recorded_at,
  principal, source_system, revoked_at, revoked_by, revoke_reason
FROM natural_change WHERE household_id = $1 OR other_household_id = $1 ORDER BY occurred_on, recorded_at, change_id
"""


class RecordedChange(BaseModel):
    change_id: UUID
    household_id: UUID
    other_household_id: UUID | None
    member_id: UUID | None
    kind: str
    occurred_on: date
    reason: str | None
    details: dict[str, object]
    recorded_at: datetime
    principal: str
    source_system: str
    revoked_at: datetime | None
    revoked_by: str | None
    revoke_reason: str | None


class RevokeForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: ReasonText


class RevokeResult(BaseModel):
    """The change that was revoked, and every household that was restored with its new version."""

    change_id: UUID
    kind: str
    reason: str
    households: list[TouchedHousehold]


class Changes(BaseModel):
    items: list[RecordedChange]


@router.post("/households/{household_id}/changes", status_code=201, response_model=ChangeResult)
async def record_change(
    household_id: UUID,
    body: HouseholdChange,
    request: Request,
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
) -> Response:
    """Record what happened to the household; all touched households are published anew in the same transaction."""

    async def operation(conn: Connection) -> Written:
        if "if-match" in request.headers:
            current = await repository.load_one(conn, household_id, scope=principal.scope, lock=True)
            check_if_match(request, current.household["revision"])
        result = await registry.changes.apply(
            conn, household_id, body, scope=principal.scope, author=Author.of(principal)
        )
        versions = {one.household_id: one.version for one in result.households}
        return Written(result, versions=versions, status=201, main=household_id)

    return await write(request, registry, principal, operation)


@router.post("/households/{household_id}/changes/{change_id}:revoke", response_model=RevokeResult)
async def revoke_change(
    household_id: UUID,
    change_id: UUID,
    body: RevokeForm,
    *,
    request: Request,
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
) -> Response:
    """Take back a change that was a mistake; 409 names what came later and rests on it. The history keeps both."""

    async def operation(conn: Connection) -> Written:
        if "if-match" in request.headers:
            current = await repository.load_one(conn, household_id, scope=principal.scope, lock=True)
            check_if_match(request, current.household["revision"])
        revoked = await registry.revoker.revoke(
            conn, household_id, change_id, reason=body.reason, scope=principal.scope, author=Author.of(principal)
        )
        result = RevokeResult(
            change_id=revoked.change_id, kind=revoked.kind, reason=revoked.reason, households=revoked.households
        )
        versions = {one.household_id: one.version for one in result.households}
        return Written(result, versions=versions, main=household_id)

    return await write(request, registry, principal, operation)


@router.get("/households/{household_id}/changes", response_model=Changes)
async def get_changes(household_id: UUID, registry: CurrentRegistry, principal: CurrentPrincipal) -> Response:
    """All that happened to the household, the first first."""
    principal.require(READ)
    async with registry.database.acquire(principal.scope) as conn:
        await repository.load_one(conn, household_id, scope=principal.scope)
        items: list[object] = [*await recorded_changes(conn, household_id)]
    return json_response({"items": items})


async def recorded_changes(conn: Connection, household_id: UUID) -> list[dict[str, object]]:
    """The `RecordedChange` of each change, the first first."""
    rows = await conn.fetch(_CHANGES, household_id)
    return [{**row, "details": decode(row["details"])} for row in map(dict, rows)]
