"""The file, the card and the book: what is held of a household by the catalogue, on one page, and of a village."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.registry.changes.api import RecordedChange, recorded_changes
from services.registry.context import READ, CurrentRegistry
from services.registry.files.catalogue import DAYS, HELD, REGISTERED_ON, REQUIRED
from services.registry.households import repository
from services.registry.households.answers import HouseholdRead, household_document
from services.registry.income.api import IncomeSummary, income_summaries
from services.registry.lifecycle.api import dated_states
from services.registry.lifecycle.schemas import StateEntry
from services.registry.status.answer import full_body
from services.registry.status.reader import StatusReader
from services.registry.status.views import HouseholdStatusView
from shared.auth import CurrentPrincipal
from shared.database import Connection
from shared.indicators.asking import known_policy
from shared.policy import PolicyStore
from shared.service import json_response

STATUS = "status:read"

router = APIRouter(prefix="/api/v1", tags=["households"])

_ITEMS = f"""
SELECT i.item, i.held, {REGISTERED_ON} AS registered_on FROM household h CROSS JOIN LATERAL (
  {HELD.replace("{year}", "$2::int")}
) AS i(place, item, held) WHERE h.household_id = $1 ORDER BY i.place
"""


class FileItem(BaseModel):
    item: str = Field(description="code of the list `household_file_item`, in the order of the catalogue")
    held: bool
    required: bool = Field(description="by the policy of the place and the year")


class HouseholdFile(BaseModel):
    """`complete`: all that is required is held. `due_on`: the day by which it should be; null before registration."""

    year: int
    complete: bool
    due_on: date | None
    items: list[FileItem]


class HouseholdCard(BaseModel):
    """One household on one page: who they are, what came in, what happened, and what every department says."""

    household: HouseholdRead
    incomes: list[IncomeSummary]
    states: list[StateEntry]
    changes: list[RecordedChange]
    file: HouseholdFile
    status: HouseholdStatusView


@router.get("/households/{household_id}/file", summary="The file by the catalogue", response_model=HouseholdFile)
async def get_file(
    household_id: UUID,
    request: Request,
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="this year if left out")] = None,
) -> Response:
    """Which items of the unified catalogue the household's file holds, and which it must."""
    principal.require(READ)
    async with registry.database.acquire(principal.scope) as conn:
        current = await repository.load_one(conn, household_id, scope=principal.scope)
        asked = year or registry.clock.today().year
        return json_response(await _file(conn, request.state.policies, current, asked))


@router.get("/households/{household_id}/card", summary="One household, one card", response_model=HouseholdCard)
async def get_card(
    household_id: UUID, request: Request, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    """Everything that the card shows, in one reading; personal numbers masked."""
    principal.require(READ, STATUS)
    reader: StatusReader = request.state.status_reader
    async with registry.database.acquire(principal.scope) as conn:
        current = await repository.load_one(conn, household_id, scope=principal.scope)
        card = {
            "household": household_document(current, registry.vault),
            "incomes": [one.model_dump(mode="json") for one in await income_summaries(conn, current)],
            "states": await dated_states(conn, household_id),
            "changes": await recorded_changes(conn, household_id),
            "file": (await _file(conn, request.state.policies, current, registry.clock.today().year)).model_dump(),
        }
    status = await reader.by_id(principal.scope, household_id, at_least={})
    return json_response({**card, "status": orjson.Fragment(full_body(status, today=registry.clock.today()))})


async def _file(conn: Connection, policies: PolicyStore, current: repository.Aggregate, year: int) -> HouseholdFile:
    policy = policies.current.at(area=current.household["division"], year=year)
    with known_policy(year):
        required, days = policy.codes(REQUIRED), policy.whole(DAYS)
    rows = await conn.fetch(_ITEMS, current.household_id, year)
    items = [FileItem(item=row["item"], held=row["held"], required=row["item"] in required) for row in rows]
    registered_on: date | None = rows[0]["registered_on"]
    return HouseholdFile(
        year=year,
        complete=all(one.held for one in items if one.required),
        due_on=None if registered_on is None else registered_on + timedelta(days=days),
        items=items,
    )
