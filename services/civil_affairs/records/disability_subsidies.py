"""残疾人两项补贴: living subsidy and nursing subsidy, from the application to the last month (Y70)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, Text

from services.civil_affairs.records.care_rules import ended_with_reason
from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class DisabilitySubsidy(Content):
    """One application for one of the two subsidies, and what came of it. Amounts in yuan."""

    kind: Annotated[str, CodeOf("disability_subsidy_kind")]
    applied_on: BusinessDate
    decision: Annotated[str, CodeOf("application_decision")] = "pending"
    decided_on: BusinessDate | None = None
    monthly_amount: Money | None = None
    starts_on: BusinessDate | None = Field(default=None, description="first day of the first month that is paid")
    refusal: Annotated[str, CodeOf("disability_subsidy_refusal")] | None = None
    ended_on: BusinessDate | None = Field(default=None, description="the first day without it")
    end_reason: Annotated[str, CodeOf("disability_subsidy_end")] | None = None


_OF_GRANTED = ("monthly_amount", "starts_on")


def decision_is_whole(subsidy: DisabilitySubsidy, context: RuleContext) -> Iterator[FieldError]:
    """A decision has its day; a grant its amount and first month; a refusal its reason; none of them stands alone."""
    decided, granted = subsidy.decision != "pending", subsidy.decision == "granted"
    if decided and subsidy.decided_on is None:
        yield FieldError("/decided_on", "decision_day_required")
    if not decided and subsidy.decided_on is not None:
        yield FieldError("/decided_on", "only_if_decided")
    for field in _OF_GRANTED:
        if granted and getattr(subsidy, field) is None:
            yield FieldError(f"/{field}", "grant_detail_required")
    for field in (*_OF_GRANTED, "ended_on"):
        if not granted and getattr(subsidy, field) is not None:
            yield FieldError(f"/{field}", "only_if_granted")
    if (subsidy.decision == "refused") != (subsidy.refusal is not None):
        yield FieldError("/refusal", "refusal_needs_reason" if subsidy.refusal is None else "only_if_refused")


DISABILITY_SUBSIDIES = RecordType(
    name="disability-subsidies",
    title=Label("残疾人两项补贴", "Disability subsidies"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "disability_subsidy",
        Column("kind", Text, nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("decision", Text, nullable=False),
        Column("decided_on", Date),
        Column("monthly_amount", Numeric(14, 2)),
        Column("starts_on", Date),
        Column("refusal", Text),
        Column("ended_on", Date),
        Column("end_reason", Text),
    ),
    schema=DisabilitySubsidy,
    natural_key=("kind", "applied_on"),
    business_date="applied_on",
    rules=(
        decision_is_whole,
        ended_with_reason,
        in_order("applied_on", "decided_on"),
        in_order("starts_on", "ended_on"),
        not_after_today("applied_on", "decided_on", "ended_on"),
    ),
    filters=("kind", "decision"),
    source="Y70",
)
