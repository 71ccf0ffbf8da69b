"""Households with children, and their records, for tests of rates and lists."""

from datetime import date
from typing import cast

from shared.roster.models import HouseholdState
from shared.testing.department import Body, DepartmentSystem, Person

SPRING = {"year": 2020, "term": "spring", "registered_on": "2020-03-02"}
GRADE_4: Body = {**SPRING, "stage": "primary", "grade": 4, "status": "in_school", "school_code": "X1"}
LEFT = {"status": "dropped_out", "reason": "poverty", "left_on": "2020-04-01"}
TEN_YEARS_OLD, SEVENTEEN, TWENTY = date(2010, 5, 4), date(2003, 5, 4), date(2000, 5, 4)
PAID = {"posted_on": "2020-04-01", "paid_on": "2020-04-20"}
AWARD: Body = {
    "year": 2020,
    "term": "spring",
    "item": "non_boarding_subsidy",
    "award_number": "1",
    "stage": "primary",
    "amount": "312.50",
    "applied_on": "2020-03-20",
}


def village(number: int, *, county: str = "210504") -> str:
    """A village of its own for each test, so that counts are exact."""
    return f"{county}101{number:03d}"


async def family(
    education: DepartmentSystem,
    where: str,
    *children: str,
    born: date = TEN_YEARS_OLD,
    state: HouseholdState = HouseholdState.REGISTERED,
    **more: object,
) -> list[Person]:
    """Children of one household; `more` are fields of the roster."""
    people = [education.person(name, birth=born, relation="son") for name in children]
    await education.household(*people, division=where, state=state, **more)
    return people


def counts(value: Body) -> tuple[object, object, object, object]:
    return value["numerator"], value["denominator"], value["ratio"], value["met"]


def members(rows: list[Body]) -> set[object]:
    return {one["member_id"] for one in rows}


async def lines(education: DepartmentSystem, code: str, **query: object) -> list[Body]:
    return cast(list[Body], (await education.read(f"lists/{code}", **query))["items"])


def said(rows: list[Body], *names: str) -> dict[object, object]:
    """What is said of each member: one value, or several."""
    found: dict[object, object] = {}
    for row in rows:
        detail = cast(Body, row["detail"])
        values = tuple(detail[name] for name in names)
        found[row["member_id"]] = values[0] if len(values) == 1 else values
    return found
