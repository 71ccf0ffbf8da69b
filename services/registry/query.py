"""Query parameters that several lists share."""

from typing import Annotated

from fastapi import Query

from shared.records.filters import parse_division_prefix

DivisionFilter = Annotated[
    str | None, Query(description="a division (12 digits) or the leading 2, 4, 6 or 9 digits of one", max_length=12)
]
Limit = Annotated[int, Query(ge=1, le=1000, description="rows a page")]


def division_prefix(value: str | None) -> str | None:
    """The prefix that a division filter stands for; raises InvalidParameter."""
    return None if value is None else parse_division_prefix(value)
