"""The running toy department with lists, and what its tests say to it."""

from typing import cast

import httpx

from shared.testing.department import Body, DepartmentSystem


def check(household_code: str, *, litres: str = "40.00", year: int = 2020, **more: object) -> Body:
    """A water check of the first of March."""
    return {
        "household_code": household_code,
        "year": year,
        "checked_on": f"{year}-03-01",
        "source": "centralised",
        "litres_per_person_day": litres,
        "quality_passed": True,
        **more,
    }


async def lines(water: DepartmentSystem, code: str, *divisions: str, **query: object) -> list[Body]:
    return cast(list[Body], (await water.read(f"lists/{code}", *divisions, **query))["items"])


async def the_line(water: DepartmentSystem, code: str, *divisions: str, **query: object) -> Body:
    (line,) = await lines(water, code, *divisions, **query)
    return line


async def act(
    water: DepartmentSystem, code: str, line: Body, action: str, *, by: str = "water-system", **body: object
) -> httpx.Response:
    """`by` is the official; `if_match` and `key` among `body` become headers."""
    headers = {name: str(body.pop(key)) for key, name in _HEADERS.items() if key in body}
    path = f"lists/{code}/lines/{line['line_id']}:{action}"
    return await water.post(path, body, **water.headers(subject=by), **headers)


_HEADERS = {"if_match": "If-Match", "key": "Idempotency-Key"}


async def acted(water: DepartmentSystem, code: str, line: Body, action: str, **body: object) -> Body:
    """An act that must be taken in; the line as it is then."""
    answer = await act(water, code, line, action, **body)
    assert answer.status_code == 200, answer.text
    return cast(Body, answer.json())


async def history(water: DepartmentSystem, code: str, line: Body) -> Body:
    return await water.read(f"lists/{code}/lines/{line['line_id']}/history")
