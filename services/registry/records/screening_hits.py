"""比对筛查: a registered person whom a partner's data show among those who do not qualify, and the check of it (M48).

Which categories there are (the "11类人员") is policy of the place: no list of them is shipped, none is guessed.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.registry.tables import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, CleanText, ReasonText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content
from shared.records.rules import in_order, not_after_today
from shared.service import FieldError

CATEGORIES = "screening.excluded_categories"


class ScreeningHit(Content):
    """One person in one category. Without a verdict it is a suspicion."""

    category: Annotated[str, CleanText(64)] = Field(description=f"one of the codes of `{CATEGORIES}` at the place")
    provider: Annotated[str, CleanText(100)] = Field(description="the organisation whose data show it (M47)")
    found_on: BusinessDate
    verdict: Annotated[str, CodeOf("screening_verdict")] | None = None
    checked_on: BusinessDate | None = None
    remark: ReasonText | None = None


def category_is_screened(hit: ScreeningHit, context: RuleContext) -> Iterator[FieldError]:
    known = context.policy.codes(CATEGORIES) if context.policy.has(CATEGORIES) else ()
    if hit.category not in known:
        yield FieldError("/category", "category_not_screened", {"expected": ", ".join(known)})


def verdict_with_its_day(hit: ScreeningHit, context: RuleContext) -> Iterator[FieldError]:
    if (hit.verdict is None) != (hit.checked_on is None):
        yield FieldError("/checked_on", "verdict_with_its_day")


SCREENING_HITS: RecordType[ScreeningHit] = RecordType(
    name="screening-hits",
    title=Label("比对筛查疑点", "Hits of the screening by comparison"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "screening_hit",
        Column("category", Text, nullable=False),
        Column("provider", Text, nullable=False),
        Column("found_on", Date, nullable=False),
        Column("verdict", Text),
        Column("checked_on", Date),
        Column("remark", Text),
    ),
    schema=ScreeningHit,
    natural_key=("category", "provider"),
    business_date="found_on",
    rules=(
        not_after_today("found_on", "checked_on"),
        in_order("found_on", "checked_on"),
        category_is_screened,
        verdict_with_its_day,
    ),
    filters=("category", "verdict"),
    feeds_facts=False,
    source="M46, M48",
)
