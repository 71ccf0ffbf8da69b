"""The running repairs bureau, its officials and its system."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from shared.clock import MovableClock
from shared.pii import Vault
from shared.roster.models import RosterHousehold
from shared.testing.databases import TestDatabases
from shared.testing.department import HANYANG_PAIRED_VILLAGE as VILLAGE
from shared.testing.department import DepartmentSystem, running_department
from shared.testing.tokens import TestTokens
from tests.departments.repairs.app import create_app

SCOPES = ("repairs:read", "repairs:write")
TOWNSHIP, DISTRICT = "420115010000", "420115000000"
_CALLERS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "village": ("village_officer", "village", (VILLAGE,)),
    "township": ("township_officer", "township", (TOWNSHIP,)),
    "colleague": ("township_officer", "township", (TOWNSHIP,)),
    "district": ("district_officer", "repairs", (DISTRICT,)),
    "system": ("department_system", "repairs", ("000000000000",)),
    "other_village": ("village_officer", "village", ("420115010202",)),
    "other_township": ("township_officer", "township", ("420115011000",)),
    "other_department": ("department_system", "water", ("000000000000",)),
    "small_township": ("township_officer", "township", (VILLAGE,)),
}
"""Role, department and divisions of each caller."""


@dataclass
class Repairs:
    """The running department, and the ways to act on it and to look into it."""

    system: DepartmentSystem

    @property
    def client(self) -> httpx.AsyncClient:
        return self.system.client

    @property
    def clock(self) -> MovableClock:
        return self.system.clock

    def headers(self, who: str, *scopes: str) -> dict[str, str]:
        role, department, divisions = _CALLERS[who]
        kind = "system" if role == "department_system" else "person"
        return self.system.tokens.headers(
            subject=who, kind=kind, roles=[role], department=department, divisions=divisions, scopes=scopes or SCOPES
        )

    async def post(self, path: str, body: object, who: str = "township", **headers: str) -> httpx.Response:
        return await self.client.post(f"/api/v1/repairs/{path}", json=body, headers={**self.headers(who), **headers})

    async def get(self, path: str, who: str = "township", **headers: str) -> httpx.Response:
        return await self.client.get(f"/api/v1/repairs/{path}", headers={**self.headers(who), **headers})

    async def household(self, division: str = VILLAGE) -> RosterHousehold:
        """A new household that the department knows."""
        return await self.system.household(self.system.person("修"), division=division)

    async def applied(self, household: RosterHousehold | None = None, **fields: object) -> dict[str, object]:
        """A case that was applied for today."""
        household = household or await self.household()
        answer = await self.post("repair-cases", application(household, **fields), "village")
        assert answer.status_code == 201, answer.text
        case: dict[str, object] = answer.json()
        return case

    async def step(self, case: dict[str, object], step: str, who: str = "township", **body: object) -> httpx.Response:
        body = {"taken_on": self.clock.today().isoformat(), **body}
        return await self.post(f"repair-cases/{case['id']}:{step}", body, who)

    async def posted(self, household: RosterHousehold | None = None, **fields: object) -> dict[str, object]:
        """A case that was applied for, visited and posted today."""
        case = await self.applied(household, **fields)
        day = self.clock.today().isoformat()
        for answer in (await self.step(case, "visit", "village", visited_on=day), await self.step(case, "post")):
            assert answer.status_code == 200, answer.text
        posted: dict[str, object] = answer.json()
        return posted


def application(household: RosterHousehold, **fields: object) -> dict[str, object]:
    body = {"household_code": household.code, "taken_on": "2020-06-01", "repair_class": "light", "cost": "3000.00"}
    return {**body, **fields}


async def run_repairs(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[Repairs]:
    """What the fixture `repairs` of a test module yields."""
    database = await service_database("repairs", package="tests.departments.repairs")
    async with running_department(
        create_app, name="repairs", database=database, nats_url=nats_url, tokens=tokens, vault=vault
    ) as system:
        yield Repairs(system)
