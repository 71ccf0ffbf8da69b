"""What operators may ask of a running registry: say everything again, compute everything again, look for drift."""

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.registry.context import CurrentRegistry
from services.registry.republish import republish_rosters
from services.registry.status import rebuild
from shared.auth import CurrentPrincipal
from shared.service import json_response

OPERATIONS = "operations"
_NAMED = 100

router = APIRouter(prefix="/api/v1/registry/operations", tags=["operations"])


class Republished(BaseModel):
    """How many snapshots were put into the outbox."""

    snapshots: int


class Rebuilt(BaseModel):
    """How many stored statuses were not what roster and facts give, and have been put right."""

    changed: int


class DriftReport(BaseModel):
    """Stored statuses compared, byte for byte, with freshly computed ones."""

    clean: bool
    checked: int
    missing: int
    different: int
    orphaned: int
    due: int = Field(description="right when stored; their day has come and the re-evaluation has not")
    examples: list[str] = Field(description=f"up to {_NAMED} household ids of those that are not clean")


@router.post("/republish", summary="Publish all rosters again", response_model=Republished)
async def republish_all(registry: CurrentRegistry, principal: CurrentPrincipal) -> Response:
    """Every household's newest snapshot under its present version: receivers that are up to date change nothing."""
    principal.require(OPERATIONS)
    count = await republish_rosters(registry.database, registry.publisher)
    registry.committed(())
    return json_response(Republished(snapshots=count))


@router.post("/rebuild", summary="Compute every status again", response_model=Rebuilt)
async def rebuild_statuses(registry: CurrentRegistry, principal: CurrentPrincipal) -> Response:
    """From roster and facts, a few hundred households a transaction, while everything goes on."""
    principal.require(OPERATIONS)
    changed = await rebuild.rebuild(registry.database, registry.statuses)
    registry.committed(())
    return json_response(Rebuilt(changed=changed))


@router.get("/verify", summary="Look for drift", response_model=DriftReport)
async def verify_statuses(registry: CurrentRegistry, principal: CurrentPrincipal) -> Response:
    """Reads only; nothing is mended."""
    principal.require(OPERATIONS)
    drift = await rebuild.verify(registry.database, registry.statuses, clock=registry.clock)
    unclean = (*drift.missing, *drift.different, *drift.orphaned)
    return json_response(
        DriftReport(
            clean=drift.clean,
            checked=drift.checked,
            missing=len(drift.missing),
            different=len(drift.different),
            orphaned=len(drift.orphaned),
            due=drift.due,
            examples=[str(one) for one in unclean[:_NAMED]],
        )
    )
