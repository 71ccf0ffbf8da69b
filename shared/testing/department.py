"""A running department as its tests see it; the roster and the policy come to it as from the registry."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import cast
from uuid import UUID

import asyncpg
import httpx
import nats.js.errors
import orjson
from fastapi import FastAPI

from shared.clock import Clock, MovableClock
from shared.database import uuid7
from shared.facts.models import Facts
from shared.pii import Vault
from shared.policy import PolicyOverride, PolicySnapshot
from shared.roster.models import HouseholdState, RosterHousehold, RosterMember, Sex
from shared.settings import ServiceSettings
from shared.snapshots import POLICY_SUBJECT, ROSTER, NatsConnection, cloud_event, connect, snapshots_subject
from shared.snapshots.streams import SUBJECTS
from shared.testing.applications import running, service_settings
from shared.testing.databases import TestDatabase
from shared.testing.people import make_id_number
from shared.testing.tokens import TestTokens
from shared.testing.waiting import wait_until

HANYANG_PAIRED_VILLAGE = "420115010201"
DONGZHOU_VILLAGE = "210403104202"
NOON_OF_1_JUNE_2020 = datetime(2020, 6, 1, 4, 0, tzinfo=UTC)
"""Noon in China."""
_NUMBERS = count(1)
_POLICY_VERSIONS = count(time.time_ns() // 1000)

Body = dict[str, object]


@dataclass
class Person:
    """A member of the roster, and the ID number that only the test and the reporting system know."""

    id_number: str
    member: RosterMember

    @property
    def id(self) -> str:
        return str(self.member.member_id)


@dataclass
class DepartmentSystem:
    """The running service and the ways to speak to it, as its own department's system."""

    name: str
    client: httpx.AsyncClient
    clock: MovableClock
    database: TestDatabase
    tokens: TestTokens
    nats: NatsConnection
    vault: Vault
    divisions: tuple[str, ...] = ("420115000000", "210403000000")
    """Where its system writes and reads."""

    def headers(
        self, *divisions: str, scopes: Sequence[str] | None = None, subject: str | None = None
    ) -> dict[str, str]:
        return self.tokens.headers(
            subject=subject or f"{self.name}-system",
            scopes=scopes if scopes is not None else (f"{self.name}:read", f"{self.name}:write"),
            divisions=divisions or self.divisions,
        )

    async def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        """`headers` replace those of the department's system."""
        return await self.client.post(f"/api/v1/{self.name}/{path}", json=body, headers={**self.headers(), **headers})

    async def get(self, path: str, *divisions: str, **query: object) -> httpx.Response:
        params = {name: str(value) for name, value in query.items()}
        return await self.client.get(
            f"/api/v1/{self.name}/{path}", params=params or None, headers=self.headers(*divisions)
        )

    async def read(self, path: str, *divisions: str, **query: object) -> Body:
        """What must be found."""
        answer = await self.get(path, *divisions, **query)
        assert answer.status_code == 200, answer.text
        return cast(Body, answer.json())

    async def accept(self, record_type: str, person: Person, **content: object) -> Body:
        """Post a record of the person that must be taken in; returns it."""
        return await self.accept_row(record_type, {"id_number": person.id_number, **content})

    async def accept_row(self, record_type: str, body: Body) -> Body:
        answer = await self.post(record_type, body)
        assert answer.status_code in (200, 201), answer.text
        return cast(Body, answer.json())

    async def refuse(self, record_type: str, body: object, *, status: int = 422) -> list[tuple[str, str]]:
        """Post a record that must be refused; returns pointer and code of each fault."""
        answer = await self.post(record_type, body)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]

    async def indicator(self, code: str, *divisions: str, **query: object) -> Body:
        return await self.read(f"indicators/{code}", *divisions, **query)

    async def missing(self, code: str, *divisions: str, **query: object) -> list[Body]:
        return cast(list[Body], (await self.read(f"indicators/{code}/missing", *divisions, **query))["items"])

    def person(self, name: str, *, sex: Sex = Sex.MALE, birth: date = date(1980, 1, 1), **more: object) -> Person:
        """`more` are fields of `RosterMember`."""
        number = next(_NUMBERS)
        id_number = make_id_number(
            birth, "male" if sex is Sex.MALE else "female", number % 500, area=f"99{number // 500:04d}"
        )
        fields = {"relation": "head", **more}
        member = RosterMember.model_validate(
            {
                "member_id": uuid7(),
                "name": name,
                "id_hash": self.vault.index(id_number),
                "sex": sex,
                "birth_date": birth,
                **fields,
            }
        )
        return Person(id_number, member)

    def make_household(
        self,
        *people: Person,
        division: str = HANYANG_PAIRED_VILLAGE,
        state: HouseholdState = HouseholdState.REGISTERED,
        household_id: UUID | None = None,
        version: int = 1,
        **more: object,
    ) -> RosterHousehold:
        """A household of these people, not yet told to anybody.

        `more` are fields of `RosterHousehold`. The same `household_id` with a higher version changes it.
        """
        number = next(_NUMBERS)
        fields = {"village_class": "poor", "household_type": "general", "code": f"H{number:06d}", **more}
        return RosterHousehold.model_validate(
            {
                "household_id": household_id or uuid7(),
                "version": version,
                "stamp": number,
                "division": division,
                "state": state,
                "members": tuple(person.member for person in people),
                **fields,
            }
        )

    async def household(
        self,
        *people: Person,
        division: str = HANYANG_PAIRED_VILLAGE,
        state: HouseholdState = HouseholdState.REGISTERED,
        household_id: UUID | None = None,
        version: int = 1,
        **more: object,
    ) -> RosterHousehold:
        """The same, published, and held by the service."""
        made = self.make_household(
            *people, division=division, state=state, household_id=household_id, version=version, **more
        )
        await self.settle(made)
        return made

    async def publish(self, *households: RosterHousehold) -> None:
        """As the registry does."""
        for household in households:
            await self._publish(
                snapshots_subject("registry"),
                type=ROSTER,
                subject=str(household.household_id),
                version=household.version,
                data=household.model_dump_json().encode(),
            )

    async def settle(self, *households: RosterHousehold) -> None:
        """Publish the snapshots and wait until the service holds them, or newer ones."""
        await self.publish(*households)
        ids = [one.household_id for one in households]

        async def held() -> bool:
            rows = await self.rows(
                "SELECT household_id, version FROM roster_household WHERE household_id = ANY($1)", ids
            )
            versions = {row["household_id"]: cast(int, row["version"]) for row in rows}
            return all(versions.get(one.household_id, -1) >= one.version for one in households)

        await wait_until(held)

    async def set_policy(self, *overrides: PolicyOverride) -> None:
        """Broadcast the overrides, as the registry does, and wait until they are in force."""
        snapshot = PolicySnapshot(version=next(_POLICY_VERSIONS), overrides=overrides)
        await self._publish(
            POLICY_SUBJECT,
            type="yihu.policy.overrides.v1",
            subject="policy",
            version=snapshot.version,
            data=snapshot.model_dump_json().encode(),
        )

        async def in_force() -> bool:
            rows = await self.rows("SELECT 1 FROM policy_override WHERE version = $1", snapshot.version)
            return bool(rows)

        await wait_until(in_force)

    async def facts(self, household: RosterHousehold) -> Facts:
        rows = await self.rows("SELECT content FROM household_facts WHERE household_id = $1", household.household_id)
        return Facts.model_validate(orjson.loads(str(rows[0]["content"])))

    async def rows(self, sql: str, *values: object) -> list[Body]:
        """Look behind row-level security, as the superuser."""
        connection = await asyncpg.connect(self.database.admin_url)
        try:
            return [dict(row) for row in await connection.fetch(sql, *values)]
        finally:
            await connection.close()

    async def _publish(self, to: str, *, type: str, subject: str, version: int, data: bytes) -> None:  # noqa: A002 - the attribute of a CloudEvent
        event = cloud_event(
            source="registry", type=type, subject=subject, version=version, data=data, time=datetime.now(UTC)
        )
        jetstream = await self.nats.jetstream()
        await jetstream.publish(to, event)


async def empty_streams(connection: NatsConnection) -> None:
    """What earlier tests published is gone: their rosters, facts and policy values are not those of the next."""
    jetstream = await connection.jetstream()
    for stream in SUBJECTS:
        with contextlib.suppress(nats.js.errors.NotFoundError):
            await jetstream.purge_stream(stream)


@contextlib.asynccontextmanager
async def running_department(
    create: Callable[[ServiceSettings, Clock], FastAPI],
    *,
    name: str,
    database: TestDatabase,
    nats_url: str,
    tokens: TestTokens,
    vault: Vault,
    at: datetime = NOON_OF_1_JUNE_2020,
    **settings: object,
) -> AsyncIterator[DepartmentSystem]:
    """The service on a database of its own, with streams that hold nothing of earlier tests."""
    clock = MovableClock(at)
    async with contextlib.AsyncExitStack() as stack:
        connection = await stack.enter_async_context(connect(nats_url, name="test-registry"))
        await empty_streams(connection)
        made = service_settings(database, nats_url=nats_url, tokens=tokens, **settings)
        client = await stack.enter_async_context(running(create(made, clock)))
        yield DepartmentSystem(name, client, clock, database, tokens, connection, vault)
