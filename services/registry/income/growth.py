"""`GET /api/v1/registry/rural-growth`: the growth of rural income of a place against that of the place above it (M05).

Both series are policy values, entered by each place from its yearbook; a value of another place stands in for none.
"""

from decimal import Decimal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.registry.context import READ
from services.registry.divisions.importing import parent_of
from shared.auth import CurrentPrincipal
from shared.identity import NATION
from shared.indicators.asking import Division
from shared.policy import Policy, PolicyStore
from shared.records.filters import parse_division_prefix
from shared.service import json_response

GROWTH = "income.rural_growth"

router = APIRouter(prefix="/api/v1/registry", tags=["registry"])


class GrowthYear(BaseModel):
    """Growth over the year before, as a share; null: that place has entered none for the year."""

    year: int
    growth: Decimal | None
    growth_above: Decimal | None
    higher: bool | None = Field(description="the place has grown more than the one above it; null: not known of both")


class RuralGrowth(BaseModel):
    division: str
    above: str | None = Field(description="the division directly above; null for the nation")
    years: list[GrowthYear]


@router.get("/rural-growth", summary="Growth of rural income against the place above", response_model=RuralGrowth)
async def get_rural_growth(
    request: Request,
    principal: CurrentPrincipal,
    division: Division = None,
) -> Response:
    """Figures of statistics are public: they are not limited to the caller's area."""
    principal.require(READ)
    prefix = principal.scope.own if division is None else parse_division_prefix(division)
    policies: PolicyStore = request.state.policies
    return json_response(rural_growth(policies.current, prefix.ljust(12, "0")))


def rural_growth(policy: Policy, area: str) -> RuralGrowth:
    """Every year for which the place or the one above it has entered its growth."""
    above = None if area == NATION else parent_of(area) or NATION
    own, other = _entered(policy, area), _entered(policy, above) if above is not None else {}
    years = []
    for year in sorted({*own, *other}):
        growth, growth_above = own.get(year), other.get(year)
        higher = None if growth is None or growth_above is None else growth > growth_above
        years.append(GrowthYear(year=year, growth=growth, growth_above=growth_above, higher=higher))
    return RuralGrowth(division=area, above=above, years=years)


def _entered(policy: Policy, area: str) -> dict[int, Decimal]:
    years = {one.year for one in policy.settings if one.key == GROWTH and one.area == area}
    return {year: policy.at(area=area, year=year).number(GROWTH) for year in years}
