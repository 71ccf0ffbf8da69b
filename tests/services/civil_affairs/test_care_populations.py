"""Rates and lists of care against planted cases: who is counted, who is covered, who is on which list and why."""

from datetime import date

import pytest

from shared.roster.models import Sex
from shared.testing.department import Body, DepartmentSystem, Person

SURVEYED = {"surveyed_on": "2020-03-01"}
LEFT = {"left_behind_group": "child", "absence": "both_parents", "since": "2020-01-10", **SURVEYED}


def village(number: int) -> str:
    """A village of its own for each test, so that counts are exact."""
    return f"420115012{number:03d}"


def counts(value: Body) -> tuple[object, object, object]:
    return value["numerator"], value["denominator"], value["met"]


async def lines(civil_affairs: DepartmentSystem, code: str, where: str) -> list[Body]:
    page = await civil_affairs.read(f"lists/{code}", division=where)
    items: list[Body] = page["items"]  # type: ignore[assignment]  # a JSON array
    return items


def child(civil_affairs: DepartmentSystem, name: str, born: date = date(2010, 5, 1)) -> Person:
    return civil_affairs.person(name, birth=born, relation="son")


def certificate(person: Person, kind: str = "4", grade: str = "2", **more: object) -> Body:
    return {
        "certificate_number": f"{person.id_number}{kind}{grade}",
        "issued_on": "2018-05-01",
        **SURVEYED,
        **more,
    }


async def test_every_rate_and_list_can_be_read_of_nobody(civil_affairs: DepartmentSystem) -> None:
    for indicator in (await civil_affairs.read("indicators", division=village(0)))["items"]:  # type: ignore[attr-defined]
        assert indicator["denominator"] == 0 or indicator["code"] == "care_facility_kinds", indicator
    for one in (await civil_affairs.read("lists"))["items"]:  # type: ignore[attr-defined]
        assert await lines(civil_affairs, str(one["code"]), village(0)) == []
