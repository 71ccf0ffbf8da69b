"""The running health service as its tests see it; the roster and the policy come to it as from the registry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID

import asyncpg
import httpx
import orjson

from shared.clock import MovableClock
from shared.database import uuid7
from shared.facts.models import Facts
from shared.pii import Vault
from shared.policy import PolicyOverride, PolicySnapshot
from shared.roster.models import HouseholdState, RosterHousehold, RosterMember, Sex
from shared.snapshots import POLICY_SUBJECT, ROSTER, NatsConnection, cloud_event, snapshots_subject
from shared.testing.databases import TestDatabase
from shared.testing.people import make_id_number
from shared.testing.tokens import TestTokens
from shared.testing.waiting import wait_until

HANYANG_PAIRED_VILLAGE = "420115010201"
DONGZHOU_VILLAGE = "210403104202"
TODAY = date(2020, 6, 1)
_NUMBERS = count(1)


@dataclass
class Person:
    """A member of the roster, and the ID number that only the test and the hospital know."""

    id_number: str
    member: RosterMember

    @property
    def id(self) -> str:
        return str(self.member.member_id)


@dataclass
class Health:
    """The running service and the ways to speak to it."""

    client: httpx.AsyncClient
    clock: MovableClock
    database: TestDatabase
    tokens: TestTokens
    nats: NatsConnection
    vault: Vault
    policy_versions: Iterator[int] = field(default_factory=lambda: count(1))

    def headers(self, *divisions: str, scopes: Sequence[str] = ("health:read", "health:write")) -> dict[str, str]:
        return self.tokens.headers(
            subject="health-system", scopes=scopes, divisions=divisions or ("420115000000", "210403000000")
        )

    async def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        return await self.client.post(f"/api/v1/health/{path}", json=body, headers={**self.headers(), **headers})

    async def accept(self, record_type: str, person: Person, **content: object) -> dict[str, object]:
        """Post a record that must be taken in; returns it."""
        answer = await self.post(record_type, {"id_number": person.id_number, **content})
        assert answer.status_code in (200, 201), answer.text
        record: dict[str, object] = answer.json()
        return record

    async def refuse(self, record_type: str, body: object, *, status: int = 422) -> list[tuple[str, str]]:
        """Post a record that must be refused; returns pointer and code of each fault."""
        answer = await self.post(record_type, body)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]

    async def get(self, path: str, *divisions: str, **query: object) -> httpx.Response:
        params = {name: str(value) for name, value in query.items()}
        return await self.client.get(f"/api/v1/health/{path}", params=params, headers=self.headers(*divisions))

    async def indicator(self, code: str, *divisions: str, **query: object) -> dict[str, object]:
        answer = await self.get(f"indicators/{code}", *divisions, **query)
        assert answer.status_code == 200, answer.text
        value: dict[str, object] = answer.json()
        return value

    async def missing(self, code: str, *divisions: str, **query: object) -> list[dict[str, object]]:
        answer = await self.get(f"indicators/{code}/missing", *divisions, **query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, object]] = answer.json()["items"]
        return items

    def person(self, name: str, *, sex: Sex = Sex.MALE, birth: date = date(1980, 1, 1), **more: object) -> Person:
        number = next(_NUMBERS)
        id_number = make_id_number(
            birth, "male" if sex is Sex.MALE else "female", number % 500, area=f"99{number // 500:04d}"
        )
        member = RosterMember(
            member_id=uuid7(),
            name=name,
            id_hash=self.vault.index(id_number),
            sex=sex,
            birth_date=birth,
            relation="head",
            **more,
        )
        return Person(id_number, member)

    async def household(
        self,
        *people: Person,
        division: str = HANYANG_PAIRED_VILLAGE,
        state: HouseholdState = HouseholdState.REGISTERED,
        village_class: str | None = "poor",
        household_id: UUID | None = None,
        version: int = 1,
    ) -> RosterHousehold:
        """Publish a household of these people and wait until the service holds it."""
        number = next(_NUMBERS)
        household = RosterHousehold(
            household_id=household_id or uuid7(),
            version=version,
            stamp=number,
            code=f"H{number:06d}",
            division=division,
            village_class=village_class,
            state=state,
            household_type="general",
            members=tuple(person.member for person in people),
        )
        event = cloud_event(
            source="registry",
            type=ROSTER,
            subject=str(household.household_id),
            version=household.version,
            data=household.model_dump_json().encode(),
            time=datetime.now(UTC),
        )
        jetstream = await self.nats.jetstream()
        await jetstream.publish(snapshots_subject("registry"), event)

        async def held() -> bool:
            rows = await self.rows(
                "SELECT version FROM roster_household WHERE household_id = $1", household.household_id
            )
            return bool(rows) and rows[0]["version"] == version

        await wait_until(held)
        return household

    async def set_policy(self, *overrides: PolicyOverride) -> None:
        """Broadcast the overrides, as the registry does, and wait until they are in force."""
        snapshot = PolicySnapshot(version=next(self.policy_versions), overrides=overrides)
        event = cloud_event(
            source="registry",
            type="yihu.policy.overrides.v1",
            subject="policy",
            version=snapshot.version,
            data=snapshot.model_dump_json().encode(),
            time=datetime.now(UTC),
        )
        jetstream = await self.nats.jetstream()
        await jetstream.publish(POLICY_SUBJECT, event)

        async def in_force() -> bool:
            rows = await self.rows("SELECT 1 FROM policy_override WHERE version = $1", snapshot.version)
            return bool(rows)

        await wait_until(in_force)

    async def facts(self, household: RosterHousehold) -> Facts:
        rows = await self.rows("SELECT content FROM household_facts WHERE household_id = $1", household.household_id)
        return Facts.model_validate(orjson.loads(str(rows[0]["content"])))

    async def rows(self, sql: str, *values: object) -> list[dict[str, object]]:
        """Look behind row-level security, as the superuser."""
        connection = await asyncpg.connect(self.database.admin_url)
        try:
            return [dict(row) for row in await connection.fetch(sql, *values)]
        finally:
            await connection.close()
