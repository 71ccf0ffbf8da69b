"""Test households: each story makes its own, with people whom no other story and no demo has."""

import itertools
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import httpx

from services.education.terms import Term, term_on
from shared.clock import SystemClock
from shared.policy import Policy
from shared.policy.store import registered_defaults
from shared.testing.people import make_id_number
from tests.gateway.system import Caller, Json, System, body_of

VILLAGE = "420115010221"
"""In the mobile client's township, none of the 21 villages of the demo."""
OTHER_VILLAGE = "420115010222"
AREA = "990777"

Body = dict[str, object]

_counter = itertools.count()
SECRETS: set[str] = set()
"""Every ID number, phone and account that a test has sent, none of which may show up anywhere in the open."""


def today() -> date:
    return SystemClock().today()


def this_term() -> Term:
    """The school term of today."""
    policy = Policy(registered_defaults()).at(area=VILLAGE, year=today().year)
    return term_on(policy, today())[0]


def new_id_number(sex: str = "male", *, born: date | None = None) -> str:
    """An ID number that no test has used before; a birthday in the fifties and sixties unless given."""
    number = next(_counter)
    birth = born or date(1951, 1, 1) + timedelta(days=number // 400)
    made = make_id_number(birth, "male" if sex == "male" else "female", number % 400, area=AREA)
    SECRETS.add(made)
    return made


def new_code() -> str:
    return f"T{uuid.uuid4().hex[:14].upper()}"


@dataclass(frozen=True)
class Person:
    member_id: str
    id_number: str
    name: str


@dataclass(frozen=True)
class Family:
    household_id: str
    code: str
    division: str
    people: tuple[Person, ...]

    @property
    def status_path(self) -> str:
        return f"/api/v1/households/{self.household_id}/status"

    @property
    def head(self) -> Person:
        return self.people[0]


def member(id_number: str, *, relation: str = "head", **fields: object) -> dict[str, object]:
    name = f"测{id_number[6:14]}{id_number[14:17]}"
    return {"name": name, "id_number": id_number, "relation": relation, "education": "primary", **fields}


def household(
    members: Sequence[Mapping[str, object]], *, division: str = VILLAGE, **fields: object
) -> dict[str, object]:
    return {
        "code": new_code(),
        "division": division,
        "state": "registered",
        "state_since": f"{today().year - 2}-03-01",
        "household_type": "general",
        "members": list(members),
        **fields,
    }


async def register(system: System, *, size: int = 2, division: str = VILLAGE, **fields: object) -> Family:
    """A registered household of a couple and children, taken in through the gateway."""
    numbers = [new_id_number("male" if position % 2 == 0 else "female") for position in range(size)]
    relations = ["head", "spouse", *["son" if position % 2 == 0 else "daughter" for position in range(2, size)]]
    members = [member(number, relation=relation) for number, relation in zip(numbers, relations, strict=False)]
    answer = await system.registry.post_patiently("/api/v1/households", household(members, division=division, **fields))
    family = family_of(body_of(answer, 201), numbers)
    # A department learns of the household by the roster; what it is sent earlier waits as unmatched, without a version.
    await status_of(system.office, family, at_least="health:1", seconds=90.0)
    return family


async def family_in(caller: Caller, division: str) -> Family:
    """Some household of the demo in a village, with its members; their ID numbers are not known."""
    (first,) = body_of(await caller.get("/api/v1/households", params={"division": division, "limit": "1"}))["items"]  # type: ignore[misc]  # a list
    document = body_of(await caller.get(f"/api/v1/households/{first['household_id']}"))  # type: ignore[has-type]
    return family_of(document, [])


def family_of(document: Mapping[str, object], id_numbers: Sequence[str]) -> Family:
    by_name = {f"测{number[6:14]}{number[14:17]}": number for number in id_numbers}
    people = [
        Person(str(one["member_id"]), by_name.get(str(one["name"]), ""), str(one["name"]))
        for one in cast(list[dict[str, object]], document["members"])
    ]
    return Family(str(document["household_id"]), str(document["code"]), str(document["division"]), tuple(people))


def enrolment(*, enrolled: bool = True, year: int | None = None, **who: str) -> dict[str, object]:
    year = year or today().year
    content: dict[str, object] = {"year": year, "enrolled": enrolled, "enrolled_on": f"{year}-01-05", **who}
    return {**content, "scheme": "resident"} if enrolled else content


def bill(
    number: str | None = None, *, self_paid: str = "30.00", kind: str = "outpatient", **who: str
) -> dict[str, object]:
    return {
        "bill_number": number or f"B{uuid.uuid4().hex[:16]}",
        "kind": kind,
        "settled_on": today().isoformat(),
        "total": self_paid,
        "self_paid": self_paid,
        **who,
    }


ENROLMENTS = "/api/v1/health/insurance-enrolments"
BILLS = "/api/v1/health/settlement-bills"


def version_of(answer: httpx.Response, source: str = "health") -> int:
    """The version that `Yihu-Version` names for the source; -1 when it names none."""
    for part in answer.headers.get("yihu-version", "").split(","):
        name, _, version = part.strip().partition("=")
        if name == source:
            return int(version)
    return -1


async def status_of(
    caller: Caller, family: Family, *, at_least: str = "", view: str = "", seconds: float = 60.0
) -> dict[str, object]:
    """The unified status, asked again (it waits by itself) until it contains `at_least`."""
    return body_of(await status_answer(caller, family, at_least=at_least, view=view, seconds=seconds))


async def status_answer(
    caller: Caller, family: Family, *, at_least: str = "", view: str = "", seconds: float = 60.0
) -> httpx.Response:
    params = {name: value for name, value in (("at_least", at_least), ("view", view)) if value}
    deadline = time.monotonic() + seconds
    while True:
        answer = await caller.get(family.status_path, params=params)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
            return answer


async def says(system: System, family: Family, department: str, path: str, body: Json) -> tuple[Body, Body]:
    """The department posts something of the family: what it is answered, and the status that contains it."""
    caller = system.as_(f"{department.replace('_', '-')}-system")
    answer = await caller.post_patiently(f"/api/v1/{department}/{path}", body)
    version = version_of(answer, department)
    return body_of(answer, [200, 201]), await status_of(system.mobile, family, at_least=f"{department}:{version}")


def guarantee(status: Mapping[str, object], item: str = "basic_medical") -> dict[str, object]:
    parts = cast(list[dict[str, object]], status["guarantees"])
    return next(part for part in parts if part["item"] == item)


def figure(status: Mapping[str, object], code: str) -> str | None:
    """The value of a figure as text; None where nobody has stated it."""
    figures = cast(list[dict[str, object]], status["figures"])
    return next((str(one["value"]) for one in figures if one["code"] == code), None)


def signals(status: Mapping[str, object]) -> set[str]:
    return {str(one["code"]) for one in cast(list[dict[str, object]], status["signals"])}
