"""`GET /api/v1/registry/batches`: the five batches counted by place (M08, M45)."""

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from services.registry.batches.counts import count_batches
from services.registry.context import CurrentRegistry
from services.registry.status.documents import LIST_FILTERS
from services.registry.status.query import filtered_query
from services.registry.status.signal_codes import check_signal
from shared.auth import CurrentPrincipal
from shared.facts.models import Batch
from shared.service import json_response, reads_own_query
from shared.service.problems import FieldError, InvalidParameter

SCOPE = "status:read"
BY = "division"

router = APIRouter(tags=["status"])


class ProgrammeCount(BaseModel):
    programme: str = Field(description="code of the department's list of benefits")
    households: int
    persons: int


class BatchCount(BaseModel):
    """`persons` counts each person once, in however many programmes of the batch."""

    batch: Batch
    households: int
    persons: int
    programmes: list[ProgrammeCount]


class AreaCounts(BaseModel):
    division: str
    households: int = Field(description="all households of the area that the filters let through")
    members: int
    batches: list[BatchCount]


class BatchCounts(AreaCounts):
    complete: bool = Field(description="false: only a part of the division is within the caller's area")
    areas: list[AreaCounts] | None = Field(None, description="with `by=division`: the next level below")


@router.get(
    "/api/v1/registry/batches",
    summary="The five batches, counted",
    response_model=BatchCounts,
    openapi_extra={
        "parameters": [
            *LIST_FILTERS,
            {
                "name": "by",
                "in": "query",
                "required": False,
                "description": "`division` adds the next level below.",
                "schema": {"type": "string", "enum": [BY]},
            },
        ]
    },
)
@reads_own_query
async def get_batches(request: Request, registry: CurrentRegistry, principal: CurrentPrincipal) -> Response:
    """Households and persons in each batch and programme, whatever the household's state: exit removes none (Y100).

    Filters are those of `GET /api/v1/statuses`, such as `state=registered`; `batch=...` there lists the households.
    """
    principal.require(SCOPE)
    by = request.query_params.get("by")
    if by not in (None, BY):
        raise InvalidParameter(errors=[FieldError("query:by", "enum", {"expected": BY})])
    query = filtered_query(request, principal.scope)
    await check_signal(registry.database, query)
    counts = await count_batches(registry.database, principal.scope, query, by_division=by is not None)
    return json_response(counts)
