"""Reading the history, the newest change first."""

from uuid import UUID

from services.registry.bulk import decode
from shared.database import Connection
from shared.service import FieldError, InvalidCursor

_PAGE = """
SELECT history_id, household_id, member_id, action, recorded_at, principal, source_system, request_id, before, after
FROM household_history WHERE household_id = $1 AND ($2::bigint IS NULL OR history_id < $2)
ORDER BY history_id DESC LIMIT $3
"""


def position(cursor: str | None) -> int | None:
    """The cursor's place; raises InvalidCursor."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise InvalidCursor(errors=[FieldError("query:cursor", "invalid-cursor")])
    return int(cursor)


async def page(conn: Connection, household_id: UUID, *, limit: int, before: int | None) -> dict[str, object]:
    rows = await conn.fetch(_PAGE, household_id, before, limit + 1)
    entries = [
        {
            "household_id": row["household_id"],
            "member_id": row["member_id"],
            "action": row["action"],
            "at": row["recorded_at"],
            "principal": row["principal"],
            "source_system": row["source_system"],
            "request_id": row["request_id"],
            "before": decode(row["before"]) if row["before"] is not None else None,
            "after": decode(row["after"]) if row["after"] is not None else None,
        }
        for row in rows[:limit]
    ]
    return {"entries": entries, "next_cursor": str(rows[limit - 1]["history_id"]) if len(rows) > limit else None}
