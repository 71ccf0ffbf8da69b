"""The batch of households: many at once, each judged by itself."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.types import JsonValue
from starlette.responses import Response

from services.registry.author import Author
from services.registry.context import CurrentRegistry
from services.registry.households.answers import BatchResult
from services.registry.households.schemas import HouseholdInput
from services.registry.households.submission import Submission
from services.registry.writing import Written, write
from shared.auth import CurrentPrincipal
from shared.database import Connection
from shared.records.exchange import check_unconditional
from shared.service import (
    check_row_count,
    current_request,
    judges_rows,
    problem_document,
    sound_rows,
)
from shared.service.row_of import RowOf

router = APIRouter(prefix="/api/v1", tags=["households"])


class HouseholdBatch(BaseModel):
    """1 to 1,000 households, each with its members. Every row is judged by itself."""

    model_config = ConfigDict(extra="forbid")

    rows: list[Annotated[JsonValue, RowOf(HouseholdInput)]] = Field(description="each as in `POST /api/v1/households`")


@router.post("/households:batch", response_model=BatchResult)
@judges_rows
async def batch_households(
    body: HouseholdBatch, request: Request, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    """Create or correct up to 1,000 households; a refused row never takes its neighbours along."""
    check_unconditional(request)
    check_row_count(body.rows, limit=registry.settings.max_batch_rows)

    async def operation(conn: Connection) -> Written:
        given = sound_rows(body.rows, await request.body())
        rows = [Submission.parse(row, row=i, pointer=f"/rows/{i}") for i, row in enumerate(given)]
        await registry.households.write(conn, rows, scope=principal.scope, author=Author.of(principal))
        versions = {one.household_id: one.version for one in rows if one.accepted and one.household_id}
        return Written(_batch_document(rows), versions=versions)

    return await write(request, registry, principal, operation)


def _batch_document(rows: list[Submission]) -> dict[str, object]:
    language = current_request().language
    results: list[dict[str, object]] = []
    for one in rows:
        code = one.form.code if one.form else None
        if one.problem is not None:
            problem = problem_document(one.problem, language=language)
            results.append({"row": one.row, "status": one.problem.status, "code": code, "problem": problem})
        else:
            results.append(
                {
                    "row": one.row,
                    "status": 201 if one.created else 200,
                    "household_id": one.household_id,
                    "code": code,
                    "revision": one.revision,
                    "version": one.version,
                }
            )
    accepted = sum(one.accepted for one in rows)
    return {"accepted": accepted, "refused": len(rows) - accepted, "results": results}
