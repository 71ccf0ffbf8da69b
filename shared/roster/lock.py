"""Lock households for a write, always in one order, and read their newest snapshots."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from shared.database import Connection
from shared.roster.cache import SnapshotCache
from shared.roster.models import RosterHousehold

Mark = tuple[int, datetime]
"""Version and `received_at` of a household: when either has changed, what was looked up under it must be again."""

_LOCK = """
SELECT household_id, version, received_at FROM roster_household
WHERE household_id = ANY($1::uuid[]) ORDER BY household_id FOR UPDATE
"""
_SNAPSHOTS = "SELECT household_id, version, snapshot FROM roster_household WHERE household_id = ANY($1::uuid[])"


async def lock_households(
    connection: Connection, household_ids: Iterable[UUID], cache: SnapshotCache
) -> tuple[dict[UUID, RosterHousehold], dict[UUID, Mark]]:
    """Take the households' row locks in id order (so that no two writers wait in a circle); their snapshots and marks.

    Whoever changes what is held of a household does it under this lock: then, for one household, the order of versions
    is the order of commits. Households that the roster does not hold are left out.
    """
    wanted = sorted(set(household_ids))
    if not wanted:
        return {}, {}
    marks = {row["household_id"]: (row["version"], row["received_at"]) for row in await connection.fetch(_LOCK, wanted)}
    found = {
        household_id: snapshot
        for household_id, (version, _) in marks.items()
        if (snapshot := cache.get(household_id, version)) is not None
    }
    missing = [household_id for household_id in marks if household_id not in found]
    if missing:
        for row in await connection.fetch(_SNAPSHOTS, missing):
            found[row["household_id"]] = cache.parse(row["household_id"], row["version"], row["snapshot"])
    return found, marks


async def take_locks(connection: Connection, household_ids: Iterable[UUID]) -> None:
    """Only take the row locks. What is read afterwards, in another statement, is what those before have committed."""
    if wanted := sorted(set(household_ids)):
        await connection.execute(_LOCK, wanted)
