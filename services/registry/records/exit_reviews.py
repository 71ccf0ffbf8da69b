"""脱贫质量“回头看”: an exited household looked at again, what was found, and what was done about it (M40)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, SmallInteger, Text

from services.registry.tables import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, ReasonText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, StaffName, Year
from shared.records.rules import in_order, not_after_today
from shared.roster.models import HouseholdState
from shared.service import FieldError

OUT_OF_POVERTY = (HouseholdState.EXITED, HouseholdState.MONITORED, HouseholdState.RETURNED)
"""A review may be posted after the household was found to have fallen back by it."""


class ExitReview(Content):
    """One household's review of one year."""

    year: Year
    reviewed_on: BusinessDate
    reviewer: StaffName
    result: Annotated[str, CodeOf("exit_review_result")]
    finding: ReasonText | None = Field(default=None, description="the problem, of `problem`")
    adjusted_on: BusinessDate | None = Field(default=None, description="the day on which the problem was solved")
    adjustment: ReasonText | None = Field(default=None, description="what was done")


def problem_is_named(review: ExitReview, context: RuleContext) -> Iterator[FieldError]:
    """A problem is named; what was done goes with its day, and only with a problem."""
    if review.result == "problem" and review.finding is None:
        yield FieldError("/finding", "finding_required")
    if review.result != "problem" and (review.finding or review.adjustment or review.adjusted_on):
        yield FieldError("/result", "no_problem_found")
    if (review.adjusted_on is None) != (review.adjustment is None):
        yield FieldError("/adjustment", "adjustment_with_its_day")


def household_has_exited(review: ExitReview, context: RuleContext) -> Iterator[FieldError]:
    if context.household is not None and context.household.state not in OUT_OF_POVERTY:
        yield FieldError("", "review_of_exited", {"state": context.household.state.value})


EXIT_REVIEWS: RecordType[ExitReview] = RecordType(
    name="exit-reviews",
    title=Label("脱贫质量“回头看”", "Look-back reviews of exits"),
    subject=Subject.HOUSEHOLD,
    table=record_table(
        metadata,
        "exit_review",
        Column("year", SmallInteger, nullable=False),
        Column("reviewed_on", Date, nullable=False),
        Column("reviewer", Text, nullable=False),
        Column("result", Text, nullable=False),
        Column("finding", Text),
        Column("adjusted_on", Date),
        Column("adjustment", Text),
    ),
    schema=ExitReview,
    natural_key=("year",),
    business_date="reviewed_on",
    rules=(
        not_after_today("reviewed_on", "adjusted_on"),
        in_order("reviewed_on", "adjusted_on"),
        problem_is_named,
        household_has_exited,
    ),
    filters=("year", "result"),
    feeds_facts=False,
    source="M40",
)
