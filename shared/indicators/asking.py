"""The query parameters that indicators and lists share, and the question that a request asks by them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from fastapi import Path, Query, Request

from shared.auth import Principal
from shared.database import Scope
from shared.indicators.question import Question
from shared.policy import PolicyStore, UnknownParameter
from shared.records.filters import parse_division_prefix
from shared.service.problems import BadRequest, OutOfArea

EARLIEST_YEAR = 2000
LATEST_YEAR = 2100
LONGEST_PAGE = 1000
NEXT_DIGITS = {0: 2, 2: 4, 4: 6, 6: 9, 9: 12, 12: 12}
"""Digits of the divisions one level below."""

Division = Annotated[
    str | None,
    Query(description="12 digits, or the leading 2, 4, 6 or 9; if left out, the caller's own", max_length=12),
]
Year = Annotated[int | None, Query(description="this year if left out", ge=EARLIEST_YEAR, le=LATEST_YEAR)]
By = Annotated[Literal["division"] | None, Query(description="adds the divisions of the next level")]
Code = Annotated[str, Path(max_length=64)]
Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE)]


class PolicyUnknown(BadRequest):
    """The policy does not know a parameter at that place up to that year: nothing is guessed."""

    code = "indicator-policy-unknown"


def question_of(
    request: Request, principal: Principal, service: str, division: str | None, year: int | None
) -> Question:
    """Raises Forbidden, OutOfArea or InvalidParameter."""
    principal.require(f"{service}:read")
    return unlimited_question(request, principal, year, prefix=counted_place(principal.scope, division))


def counted_place(scope: Scope, division: str | None) -> str:
    """The prefix of the place to count; the caller's own when none is named.

    A count of nothing seen would be taken for the place's: raises OutOfArea, or InvalidParameter.
    """
    prefix = scope.own if division is None else parse_division_prefix(division)
    if not scope.narrowed(prefix).prefixes:
        raise OutOfArea
    return prefix


def unlimited_question(request: Request, principal: Principal, year: int | None, *, prefix: str = "") -> Question:
    """A question about all that the caller may see (of the prefix)."""
    today = request.state.clock.today()
    policies: PolicyStore = request.state.policies
    asked = today.year if year is None else year
    return Question(prefix=prefix, year=asked, today=today, policy=policies.current, scope=principal.scope)


@contextmanager
def known_policy(year: int) -> Iterator[None]:
    """Turns UnknownParameter into the refusal PolicyUnknown."""
    try:
        yield
    except UnknownParameter as unknown:
        raise PolicyUnknown(params={"key": unknown.key, "year": year}) from None
