"""Publishing all roster snapshots again, for a service that lost or never had its copy."""

from collections.abc import AsyncIterator
from uuid import UUID

from services.registry.roster import RosterPublisher
from shared.database import Database, Scope
from shared.roster.apply import parse_snapshot
from shared.snapshots import OutboxMessage, republish

_PAGE = 500
_SNAPSHOTS = """
SELECT household_id, snapshot FROM roster_household WHERE $1::uuid IS NULL OR household_id > $1
ORDER BY household_id LIMIT $2
"""


async def republish_rosters(database: Database, publisher: RosterPublisher) -> int:
    """Enqueue every household's newest snapshot, under its present version, and return how many."""
    return await republish(database, _messages(database, publisher))


async def _messages(database: Database, publisher: RosterPublisher) -> AsyncIterator[OutboxMessage]:
    last: UUID | None = None
    while True:
        async with database.acquire(Scope.everything()) as connection:
            rows = await connection.fetch(_SNAPSHOTS, last, _PAGE)
        for message in publisher.messages([parse_snapshot(row["snapshot"]) for row in rows]):
            yield message
        if len(rows) < _PAGE:
            return
        last = rows[-1]["household_id"]
