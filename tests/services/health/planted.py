"""What tests of the health indicators plant, and how they read the answers."""

from shared.testing.department import DepartmentSystem, Person

ENROLLED = {"year": 2020, "enrolled": True, "enrolled_on": "2020-01-05", "scheme": "resident"}
BILL = {"kind": "inpatient", "settled_on": "2020-03-01"}


def village(number: int, *, county: str = "420115") -> str:
    """A village of its own for each test, so that counts are exact."""
    return f"{county}010{number:03d}"


def counts(value: dict[str, object]) -> tuple[object, object, object, object]:
    return value["numerator"], value["denominator"], value["ratio"], value["met"]


def people(missing: list[dict[str, object]]) -> set[object]:
    return {one["member_id"] for one in missing}


async def home_of(health: DepartmentSystem, where: str, *names: str, **more: object) -> list[Person]:
    persons = [health.person(name) for name in names]
    await health.household(*persons, division=where, **more)
    return persons
