"""What tests do to a registry database: households appear, departments speak, statuses are read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from services.registry.status.service import UnifiedStatus
from shared.clock import MovableClock
from shared.database import Connection, Database, Scope
from shared.facts.models import FactsSnapshot
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.roster.apply import apply_roster
from shared.roster.models import RosterHousehold
from shared.snapshots import FACTS, Event

EVERYTHING = Scope.everything("tests")


def event(snapshot: FactsSnapshot) -> Event:
    """The snapshot as the consumer hands it over."""
    return Event(
        source=snapshot.department,
        type=FACTS,
        key=str(snapshot.household_id),
        version=snapshot.version,
        data=snapshot.model_dump_json().encode(),
        time=datetime(2020, 1, 1, tzinfo=UTC),
        traceparent=None,
        sequence=1,
    )


@dataclass(frozen=True, slots=True)
class District:
    database: Database
    status: UnifiedStatus
    policy: PolicyStore
    clock: MovableClock
    vault: Vault
    nudges: list[None] = field(repr=False)

    async def settle(self, *households: RosterHousehold) -> None:
        """Households appear or change, as the registry's own writes do it."""
        async with self.database.transaction(EVERYTHING) as conn:
            await self.settle_in(conn, households)

    async def settle_in(self, conn: Connection, households: Sequence[RosterHousehold]) -> None:
        await apply_roster(conn, households)
        await self.status.recompute(conn, households)

    async def say(self, *snapshots: FactsSnapshot) -> None:
        """Departments speak: one batch of the consumer."""
        await self.status.projector.handle([event(one) for one in snapshots])

    async def row(self, household_id: UUID) -> asyncpg.Record:
        rows = await self.fetch("SELECT * FROM household_status WHERE household_id = $1", household_id)
        assert len(rows) == 1
        return rows[0]

    async def bodies(self, ids: Collection[UUID] = ()) -> dict[UUID, tuple[str, str]]:
        """Body and tag of each status (of these households, or of all)."""
        rows = await self.fetch(
            "SELECT household_id, body, etag FROM household_status"
            " WHERE cardinality($1::uuid[]) = 0 OR household_id = ANY($1::uuid[])",
            list(ids),
        )
        return {row["household_id"]: (row["body"], row["etag"]) for row in rows}

    async def events(self) -> list[asyncpg.Record]:
        return await self.fetch("SELECT subject, key, version, payload FROM outbox ORDER BY id")

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        async with self.database.acquire(EVERYTHING) as conn:
            return list(await conn.fetch(sql, *values))
