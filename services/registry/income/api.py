"""The income of a household year by year, with per-capita figures."""

from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from services.registry.context import READ, CurrentRegistry
from services.registry.households import repository
from services.registry.households.repository import Aggregate
from services.registry.income.record import INCOME_YEARS, IncomeYear, per_capita
from shared.auth import CurrentPrincipal
from shared.database import Connection
from shared.service import json_response

router = APIRouter(prefix="/api/v1", tags=["income"])

_YEARS = f"""
SELECT {INCOME_YEARS.content_sql} AS content FROM income_year t
WHERE t.household_id = $1 AND t.voided_at IS NULL ORDER BY t.year DESC, t.concept DESC
"""


class IncomeSummary(BaseModel):
    """One year under one concept, yuan a year; per capita: yuan per person per year, by `persons` members."""

    year: int
    concept: str
    persons: int
    wages: Decimal
    operating: Decimal
    property_income: Decimal
    transfers: Decimal
    gross_income: Decimal
    net_income: Decimal
    disposable_income: Decimal
    monitoring_reference: Decimal
    per_capita: Decimal | None
    per_capita_monitoring_reference: Decimal | None


class IncomeSummaries(BaseModel):
    household_id: UUID
    items: list[IncomeSummary]


@router.get("/households/{household_id}/income", response_model=IncomeSummaries)
async def get_income(household_id: UUID, registry: CurrentRegistry, principal: CurrentPrincipal) -> Response:
    """All income years with their computed totals, the newest first."""
    principal.require(READ)
    async with registry.database.acquire(principal.scope) as conn:
        current = await repository.load_one(conn, household_id, scope=principal.scope)
        items = await income_summaries(conn, current)
    return json_response(IncomeSummaries(household_id=household_id, items=items))


async def income_summaries(conn: Connection, current: Aggregate) -> list[IncomeSummary]:
    """All income years of the household, the newest first."""
    rows = await conn.fetch(_YEARS, current.household_id)
    return [_summary(IncomeYear.model_validate_json(row["content"]), len(current.members)) for row in rows]


def _summary(record: IncomeYear, members: int) -> IncomeSummary:
    persons = record.persons or members
    return IncomeSummary(
        year=record.year,
        concept=record.concept,
        persons=persons,
        wages=record.wages,
        operating=record.operating,
        property_income=record.property_income,
        transfers=record.transfers,
        gross_income=record.gross_income,
        net_income=record.net_income,
        disposable_income=record.disposable_income,
        monitoring_reference=record.monitoring_reference,
        per_capita=per_capita(record.income, persons) if persons else None,
        per_capita_monitoring_reference=per_capita(record.monitoring_reference, persons) if persons else None,
    )
