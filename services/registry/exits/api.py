"""`GET /api/v1/registry/exit-plan`: yearly targets of exit, divided between places, and what has been reached."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.registry.context import READ, CurrentRegistry
from services.registry.exits.plan import exit_plan
from shared.auth import CurrentPrincipal
from shared.indicators.asking import Division, counted_place
from shared.policy import PolicyStore
from shared.service import json_response

router = APIRouter(prefix="/api/v1/registry", tags=["registry"])


class TargetSource(BaseModel):
    key: str = Field(description="the policy parameter that names the number or the share")
    area: str
    share: str | None = Field(description="null: the plan names the number itself")


class ExitYear(BaseModel):
    year: int
    households_left: int
    persons_left: int
    persons_target: int | None
    persons_met: bool | None
    villages_target: int | None
    villages_planned: int = Field(description="poor villages whose own sheet plans the exit for this year")
    persons_source: TargetSource | None
    villages_source: TargetSource | None


class ExitCaseload(BaseModel):
    division: str
    households: int = Field(description="that are or were poor")
    persons: int
    villages: int = Field(description="poor villages")
    years: list[ExitYear]


class ExitPlan(ExitCaseload):
    complete: bool = Field(description="false: only a part of the division is within the caller's area")
    areas: list[ExitCaseload] = Field(description="the next level, with its part of each target")


@router.get("/exit-plan", summary="Yearly targets of exit and what has been reached", response_model=ExitPlan)
async def get_exit_plan(
    request: Request,
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    division: Division = None,
) -> Response:
    """Targets are policy; a number is divided by caseload with the largest remainders, so that the parts add up."""
    principal.require(READ)
    prefix = counted_place(principal.scope, division)
    policies: PolicyStore = request.state.policies
    return json_response(await exit_plan(registry.database, principal.scope, policies.current, prefix))
