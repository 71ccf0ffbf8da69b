"""`GET /api/v1/housing/renovation-queue`: the ordered list of those who wait."""

from fastapi import APIRouter, Request

from services.housing.queue.schemas import Queue
from services.housing.queue.waiting import PRIORITY, After, cursor_of, place_of, waiting
from shared.auth import CurrentPrincipal
from shared.database import Database
from shared.indicators.asking import Division, Limit, known_policy, question_of
from shared.service.cursor import CursorText

router = APIRouter(prefix="/api/v1/housing", tags=["housing"])


@router.get("/renovation-queue", summary="Who waits for renovation, in order, with the reasons for each place")
async def renovation_queue(
    request: Request,
    principal: CurrentPrincipal,
    division: Division = None,
    cursor: CursorText = None,
    limit: Limit = 100,
) -> Queue:
    """Renovations applied for and not started, in the order of the division asked for (Y20, Y21).

    First the groups that the policy of the place puts first (registered households), then the other key groups; in each
    the houses of grade D before those of grade C, then by day of application. The same question gives the same order.
    """
    question = question_of(request, principal, "housing", division, None)
    after = None if cursor is None else After.decode(question.area, cursor)
    with known_policy(question.year):
        priority = question.policy.at(area=question.area, year=question.year).codes(PRIORITY)
    database: Database = request.state.database
    async with database.acquire(question.scope) as connection:
        rows = await waiting(connection, question.patterns, priority, after=after, limit=limit + 1)
    shown = rows[:limit]
    return Queue(
        division=question.area,
        priority=list(priority),
        total=rows[0]["total"] if rows else 0,
        items=[place_of(row, priority) for row in shown],
        next_cursor=cursor_of(question.area, shown[-1]) if len(rows) > limit else None,
    )
