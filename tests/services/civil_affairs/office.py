"""The officials of social assistance, and the way of a dibao case through their hands."""

from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import httpx

from shared.roster.models import RosterHousehold, RosterIncome
from shared.testing.department import HANYANG_PAIRED_VILLAGE, Body, DepartmentSystem, Person

TOWNSHIP, DISTRICT = "420115010000", "420115000000"
_CALLERS: dict[str, tuple[str, str, str]] = {
    "village": ("village_officer", "village", HANYANG_PAIRED_VILLAGE),
    "township": ("township_officer", "township", TOWNSHIP),
    "neighbour": ("township_officer", "township", "420115011000"),
    "district": ("district_officer", "civil_affairs", DISTRICT),
    "system": ("department_system", "civil_affairs", "000000000000"),
}
_ON_BEHALF = {"official": "王主任", "role": "district_officer"}


@dataclass
class Office:
    """Steps of cases, taken by whoever is named; each on the clock's day unless another is given."""

    service: DepartmentSystem

    def headers(self, who: str) -> dict[str, str]:
        role, department, division = _CALLERS[who]
        return self.service.tokens.headers(
            subject=who,
            kind="system" if who == "system" else "person",
            roles=[role],
            department=department,
            divisions=[division],
            scopes=("civil_affairs:read", "civil_affairs:write"),
        )

    async def post(self, path: str, body: object, who: str = "township") -> httpx.Response:
        return await self.service.client.post(f"/api/v1/civil_affairs/{path}", json=body, headers=self.headers(who))

    async def get(self, path: str, who: str = "township", **query: str) -> Body:
        answer = await self.service.client.get(f"/api/v1/civil_affairs/{path}", params=query, headers=self.headers(who))
        assert answer.status_code == 200, answer.text
        return cast(Body, answer.json())

    async def fetch(self, path: str, who: str = "township") -> httpx.Response:
        return await self.service.client.get(f"/api/v1/civil_affairs/{path}", headers=self.headers(who))

    async def open(self, cases: str, body: Body, who: str = "village") -> Body:
        answer = await self.post(cases, {"taken_on": self.today, **body}, who)
        assert answer.status_code == 201, answer.text
        return cast(Body, answer.json())

    async def try_step(self, case: Body, step: str, who: str = "township", **body: object) -> httpx.Response:
        path = f"{case['record_type']}/{case['id']}:{step}"
        return await self.post(path, {"taken_on": self.today, **body}, who)

    async def step(self, case: Body, step: str, who: str = "township", **body: object) -> Body:
        answer = await self.try_step(case, step, who, **body)
        assert answer.status_code == 200, answer.text
        return cast(Body, answer.json())

    async def take_over(self, household: RosterHousehold | None, **fields: object) -> Body:
        """A dibao award that another system has granted."""
        return await self.open("dibao-cases", self.taken_over(household, **fields), "system")

    def taken_over(self, household: RosterHousehold | None, **fields: object) -> Body:
        named: Body = {} if household is None else {"household_code": household.code}
        award: Body = {
            "step": "take_over",
            "taken_on": self.today,
            "on_behalf_of": _ON_BEHALF,
            "persons": 1 if household is None else max(len(household.members), 1),
            "per_capita_income": "2400.00",
            "property_within_rule": True,
            "dibao_class": "a",
            "monthly_amount": "296.83",
            "certificate_number": f"DB{'' if household is None else household.code}",
            "granted_on": "2018-01-01",
            "reviewed_on": "2020-01-15",
        }
        return {**named, **award, **fields}

    @property
    def today(self) -> str:
        return self.service.clock.today().isoformat()


def found(**fields: object) -> Body:
    """What both checks found: one person with 2,400 yuan a year."""
    finding: Body = {
        "persons": 1,
        "per_capita_income": "2400.00",
        "property_within_rule": True,
    }
    return {**finding, **fields}


def refusals(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def home(office: Office, village: str, *people: Person, **more: object) -> RosterHousehold:
    """Of one person unless others are given."""
    return await office.service.household(*(people or (office.service.person("甲"),)), division=village, **more)


def income(per_capita: int, dibao: int | None = None) -> RosterIncome:
    """The income year 2019, yuan per person; `dibao` is what it books, yuan of the household."""
    booked = None if dibao is None else Decimal(dibao)
    return RosterIncome(year=2019, concept="net", per_capita=Decimal(per_capita), dibao=booked)


async def lines(office: Office, code: str, village: str, who: str = "district") -> list[Body]:
    page = await office.get(f"lists/{code}", who, division=village)
    items: list[Body] = page["items"]  # type: ignore[assignment]  # JSON
    return items


async def details(office: Office, code: str, village: str, who: str = "district") -> list[Body]:
    return [line["detail"] for line in await lines(office, code, village, who)]  # type: ignore[misc]  # JSON
