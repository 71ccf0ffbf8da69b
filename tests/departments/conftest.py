"""A running toy department, with a roster given to it as the registry would."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID

import asyncpg
import httpx
import pytest

from shared.clock import MovableClock
from shared.database import uuid7
from shared.pii import Vault
from shared.roster.models import HouseholdState, RosterHousehold, RosterMember, Sex
from shared.snapshots import ROSTER, NatsConnection, cloud_event, connect, snapshots_subject
from shared.testing.applications import running, service_settings
from shared.testing.databases import TestDatabase, TestDatabases
from shared.testing.people import make_id_number
from shared.testing.tokens import TestTokens
from shared.testing.waiting import wait_until
from tests.departments.water.app import create_app

VILLAGE = "420115010201"
_STAMPS = count(1)


@dataclass
class Person:
    id_number: str
    member: RosterMember


class Registry:
    """Stands where the registry stands: it publishes roster snapshots."""

    def __init__(self, nats: NatsConnection, vault: Vault) -> None:
        self._nats = nats
        self._vault = vault

    def person(self, name: str, *, relation: str = "head", birth: date = date(1980, 1, 1)) -> Person:
        id_number = make_id_number(birth, "male", next(_STAMPS) % 500, area=f"99{next(_STAMPS) % 10000:04d}")
        member = RosterMember(
            member_id=uuid7(),
            name=name,
            id_hash=self._vault.index(id_number),
            sex=Sex.MALE,
            birth_date=birth,
            relation=relation,
        )
        return Person(id_number, member)

    def household(
        self,
        *people: Person,
        household_id: UUID | None = None,
        version: int = 1,
        division: str = VILLAGE,
        code: str | None = None,
    ) -> RosterHousehold:
        number = next(_STAMPS)
        return RosterHousehold(
            household_id=household_id or uuid7(),
            version=version,
            stamp=number,
            code=code or f"W{number:06d}",
            division=division,
            state=HouseholdState.REGISTERED,
            household_type="general",
            members=tuple(person.member for person in people),
        )

    async def publish(self, *households: RosterHousehold) -> None:
        jetstream = await self._nats.jetstream()
        for household in households:
            event = cloud_event(
                source="registry",
                type=ROSTER,
                subject=str(household.household_id),
                version=household.version,
                data=household.model_dump_json().encode(),
                time=datetime.now(UTC),
            )
            await jetstream.publish(snapshots_subject("registry"), event)


@dataclass
class Water:
    """The running department and the ways to look into it."""

    client: httpx.AsyncClient
    clock: MovableClock
    database: TestDatabase
    tokens: TestTokens
    registry: Registry

    def headers(self, subject: str = "water-system", divisions: tuple[str, ...] = ("420115010000",)) -> dict[str, str]:
        return self.tokens.headers(subject=subject, scopes=["water:read", "water:write"], divisions=divisions)

    async def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        return await self.client.post(f"/api/v1/water/{path}", json=body, headers={**self.headers(), **headers})

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(f"/api/v1/water/{path}", headers={**self.headers(), **headers})

    async def settle(self, *households: RosterHousehold) -> None:
        """Publish the snapshots and wait until the department holds them."""
        await self.registry.publish(*households)

        async def arrived() -> bool:
            rows = await self.rows("SELECT household_id, version FROM roster_household")
            held = {row["household_id"]: row["version"] for row in rows}
            return all(held.get(one.household_id, -1) >= one.version for one in households)

        await wait_until(arrived)

    async def rows(self, sql: str, *values: object) -> list[dict[str, object]]:
        """Look behind row-level security, as the superuser."""
        connection = await asyncpg.connect(self.database.admin_url)
        try:
            return [dict(row) for row in await connection.fetch(sql, *values)]
        finally:
            await connection.close()


@pytest.fixture(scope="module")
async def water(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[Water]:
    database = await service_database("water", package="tests.departments.water")
    clock = MovableClock(datetime(2020, 6, 1, 4, 0, tzinfo=UTC))
    async with contextlib.AsyncExitStack() as stack:
        nats = await stack.enter_async_context(connect(nats_url, name="test-registry"))
        app = create_app(service_settings(database, nats_url=nats_url, tokens=tokens, reevaluation_seconds=0.05), clock)
        client = await stack.enter_async_context(running(app))
        yield Water(client, clock, database, tokens, Registry(nats, vault))
