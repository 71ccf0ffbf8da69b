"""Whom of a household a case is for: so many persons, named, or all who live there."""

from collections.abc import Collection, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

Persons = Annotated[int, Field(ge=1, le=50)]
Members = Annotated[
    tuple[UUID, ...],
    Field(max_length=50, description="member ids of whom it is for; empty: all who live in the household"),
]


def meant(named: Sequence[UUID], persons: int, present: Collection[UUID]) -> tuple[UUID, ...]:
    """Who of the household's present members a case is for, in their order; nobody where it is for fewer than live
    there and does not say for whom."""
    if named:
        return tuple(one for one in present if one in named)
    return tuple(present) if persons >= len(present) else ()


def nameless(named: Sequence[UUID], persons: int, present: Collection[UUID]) -> int | None:
    """For how many of the household's present members a case is without saying for whom; None: it says so."""
    return None if named or persons >= len(present) else persons
