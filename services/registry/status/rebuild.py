"""Proof that the stored statuses are what roster and facts give, and their repair."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from services.registry.status.engine import StatusEngine
from shared.clock import Clock
from shared.database import Database, Scope

_EVERYTHING = Scope.everything()
_FIRST = UUID(int=0)
_NEXT = """
SELECT household_id FROM (
  (SELECT household_id FROM roster_household WHERE household_id > $1 ORDER BY household_id LIMIT $2)
  UNION
  (SELECT household_id FROM household_status WHERE household_id > $1 ORDER BY household_id LIMIT $2)
) AS homes ORDER BY household_id LIMIT $2
"""


_DUE = "SELECT household_id FROM household_status WHERE household_id = ANY($1::uuid[]) AND valid_until <= $2"


@dataclass(frozen=True, slots=True)
class Drift:
    """What a comparison found. `missing` have no status, `different` another one, `orphaned` no household."""

    checked: int
    missing: tuple[UUID, ...]
    different: tuple[UUID, ...]
    orphaned: tuple[UUID, ...]
    due: int
    """Right when they were stored; their `valid_until` has come and the re-evaluation has not."""

    @property
    def clean(self) -> bool:
        return not (self.missing or self.different or self.orphaned)


async def rebuild(database: Database, engine: StatusEngine, *, chunk: int = 500) -> int:
    """Compute every status anew from roster and facts, online; the number that changed. Nothing is emptied.

    Together with a republish by every department it restores what a lost registry database held. Nudge the relay after.
    """
    changed = 0
    async for ids in _chunks(database, chunk):
        async with database.transaction(_EVERYTHING) as conn:
            changed += len(await engine.recompute(conn, ids))
    return changed


async def verify(database: Database, engine: StatusEngine, *, clock: Clock, chunk: int = 500) -> Drift:
    """Compare each stored status, byte for byte, with a freshly computed one. Reads only."""
    checked = due = 0
    missing: list[UUID] = []
    different: list[UUID] = []
    orphaned: list[UUID] = []
    async for ids in _chunks(database, chunk):
        async with database.acquire(_EVERYTHING) as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            inputs, bodies = await engine.read(conn, ids)
            expired = {row["household_id"] for row in await conn.fetch(_DUE, ids, clock.today())}
        known = {home.household.household_id for home in inputs.homes}
        orphaned += [one for one in inputs.stored if one not in known]
        for row in engine.evaluate(inputs):
            stored = inputs.stored.get(row.household_id)
            if stored is None:
                missing.append(row.household_id)
            elif row.household_id in expired:
                due += 1
            elif bodies[row.household_id].encode() != row.body or stored.etag != row.etag:
                different.append(row.household_id)
        checked += len(ids)
    return Drift(
        checked=checked, missing=tuple(missing), different=tuple(different), orphaned=tuple(sorted(orphaned)), due=due
    )


async def _chunks(database: Database, chunk: int) -> AsyncIterator[list[UUID]]:
    position = _FIRST
    while True:
        async with database.acquire(_EVERYTHING) as conn:
            ids = [row["household_id"] for row in await conn.fetch(_NEXT, position, chunk)]
        if ids:
            yield ids
            position = ids[-1]
        if len(ids) < chunk:
            return
