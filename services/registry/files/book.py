"""一村一册: the households of one village, a line each, with the village's own sheet and its sums (D09, SYS17)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.responses import Response

from services.registry.context import READ, CurrentRegistry
from services.registry.problems import DivisionNotFound
from services.registry.query import Limit
from services.registry.villages.api import find_village, village_document
from services.registry.villages.schemas import VillageRead
from shared.auth import CurrentPrincipal
from shared.identity import DivisionCode
from shared.service import json_response
from shared.service.cursor import CursorText, decode_cursor, encode_cursor

STATUS = "status:read"

router = APIRouter(prefix="/api/v1", tags=["villages"])

_NAME = "SELECT name FROM division WHERE code = $1 AND level = 'village' AND code LIKE ANY($2::text[])"
_SUMS = """
SELECT state, count(*)::int AS households, sum(member_count)::int AS members FROM household_status
WHERE division = $1 AND division LIKE ANY($2::text[]) AND state <> 'closed' GROUP BY state ORDER BY state
"""
_LINES = """
SELECT s.household_id, s.code, p.head_name, s.member_count, s.state, s.household_type, s.causes, s.income_state,
  s.risk_level, s.unmet, s.batches, s.signals, s.proposals
FROM household_status s LEFT JOIN LATERAL (
  SELECT m.name AS head_name FROM roster_member m
  WHERE m.household_id = s.household_id AND m.active AND m.relation = 'head' LIMIT 1
) p ON true
WHERE s.division = $1 AND s.division LIKE ANY($2::text[]) AND s.state <> 'closed' AND ($3::text IS NULL OR s.code > $3)
ORDER BY s.code LIMIT $4
"""


class BookSum(BaseModel):
    state: str
    households: int
    members: int


class BookLine(BaseModel):
    household_id: UUID
    code: str
    head_name: str | None
    member_count: int
    state: str
    household_type: str
    causes: list[str]
    income_state: str
    risk_level: str
    unmet: list[str]
    batches: list[str]
    signals: list[str]
    proposals: list[str]


class VillageBook(BaseModel):
    """`sheet` is what is known of the village itself; closed households are in no book."""

    division: str
    name: str
    sheet: VillageRead | None
    sums: list[BookSum]
    items: list[BookLine]
    next_cursor: str | None


@router.get("/villages/{code}/book", summary="One village, one book", response_model=VillageBook)
async def get_book(
    code: Annotated[DivisionCode, Path()],
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    limit: Limit = 1000,
    cursor: CursorText = None,
) -> Response:
    """Every household of the village in the order of the codes."""
    principal.require(READ, STATUS)
    after = None if cursor is None else decode_cursor(code, cursor, 1)[0]
    patterns = principal.scope.patterns
    async with registry.database.acquire(principal.scope) as conn:
        name = await conn.fetchval(_NAME, code, patterns)
        if name is None:
            raise DivisionNotFound(params={"code": code})
        sheet = await find_village(conn, code, scope=principal.scope)
        sums = await conn.fetch(_SUMS, code, patterns)
        rows = await conn.fetch(_LINES, code, patterns, after, limit + 1)
    return json_response(
        {
            "division": code,
            "name": name,
            "sheet": None if sheet is None else village_document(sheet),
            "sums": [dict(row) for row in sums],
            "items": [dict(row) for row in rows[:limit]],
            "next_cursor": encode_cursor(code, rows[limit - 1]["code"]) if len(rows) > limit else None,
        }
    )
