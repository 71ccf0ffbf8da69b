"""The order of days: nobody comes to a household before its first day, nothing regroups it before its last move."""

from collections.abc import Iterable
from uuid import UUID

from services.registry.changes.schemas import Joining, Merge, Split, Transfer
from services.registry.problems import ChangeRefused
from shared.database import Connection
from shared.service import FieldError

# A membership that lasted no day was a mistake.
_DAYS = """
SELECT h.household_id, h.code,
  (SELECT min(s.since) FROM membership s
   WHERE s.household_id = h.household_id AND s.until IS DISTINCT FROM s.since) AS begun,
  (SELECT max(c.occurred_on) FROM natural_change c
   WHERE c.household_id = h.household_id AND c.kind = 'transfer' AND c.revoked_at IS NULL) AS moved
FROM household h WHERE h.household_id = ANY($1::uuid[]) ORDER BY h.code
"""


async def check_order(
    conn: Connection, household_id: UUID, change: Joining | Split | Merge | Transfer, households: Iterable[UUID]
) -> None:
    """Raises ChangeRefused. Who joins may have done so before a move that is known already; the whole may not."""
    for row in await conn.fetch(_DAYS, list(households)):
        faults = [("before_household", row["begun"])]
        if row["household_id"] == household_id and not isinstance(change, Joining):
            faults.append(("before_last_transfer", row["moved"]))
        for code, since in faults:
            if since is not None and change.occurred_on < since:
                params = {"since": since, "household": row["code"]}
                raise ChangeRefused(errors=[FieldError("/occurred_on", code, params)])
