"""法律援助: an application for legal aid, the decision, and how the matter ended (H38)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, StaffName
from shared.records.rules import in_order, not_after_today
from shared.roster.models import ON_REGISTER
from shared.service.problems import FieldError


class LegalAidCase(Content):
    """One person's application in one matter."""

    matter: Annotated[str, CodeOf("legal_aid_matter")]
    applied_on: BusinessDate
    decision: Annotated[str, CodeOf("application_decision")] = "pending"
    decided_on: BusinessDate | None = None
    refusal: Annotated[str, CodeOf("legal_aid_refusal")] | None = None
    lawyer: StaffName | None = Field(default=None, description="who was assigned")
    closed_on: BusinessDate | None = None
    outcome: Annotated[str, CodeOf("legal_aid_outcome")] | None = None


def decision_is_whole(case: LegalAidCase, context: RuleContext) -> Iterator[FieldError]:
    """A decision has its day, a refusal its reason; only what was granted is carried on and closed with an outcome."""
    if (case.decision == "pending") == (case.decided_on is not None):
        yield FieldError("/decided_on", "decision_day_required" if case.decided_on is None else "only_if_decided")
    if (case.decision == "refused") != (case.refusal is not None):
        yield FieldError("/refusal", "refusal_needs_reason" if case.refusal is None else "only_if_refused")
    if case.decision != "granted":
        for field in ("lawyer", "closed_on", "outcome"):
            if getattr(case, field) is not None:
                yield FieldError(f"/{field}", "only_if_granted")
    elif (case.closed_on is None) != (case.outcome is None):
        yield FieldError("/outcome" if case.outcome is None else "/closed_on", "outcome_with_its_day")


def poverty_on_record_is_not_checked_again(case: LegalAidCase, context: RuleContext) -> Iterator[FieldError]:
    """H38 应援尽援: whose poverty is on record is not refused because poverty was not shown."""
    if case.refusal is None or context.household is None or context.household.state not in ON_REGISTER:
        return
    if code_list("legal_aid_refusal")[case.refusal].attributes.get("economic") == "yes":
        yield FieldError("/refusal", "poverty_is_on_record")


LEGAL_AID_CASES = RecordType(
    name="legal-aid-cases",
    title=Label("法律援助", "Legal aid"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "legal_aid_case",
        Column("matter", Text, nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("decision", Text, nullable=False),
        Column("decided_on", Date),
        Column("refusal", Text),
        Column("lawyer", Text),
        Column("closed_on", Date),
        Column("outcome", Text),
    ),
    schema=LegalAidCase,
    natural_key=("matter", "applied_on"),
    business_date="applied_on",
    rules=(
        decision_is_whole,
        poverty_on_record_is_not_checked_again,
        in_order("applied_on", "decided_on"),
        in_order("decided_on", "closed_on"),
        not_after_today("applied_on", "decided_on", "closed_on"),
    ),
    filters=("matter", "decision", "outcome"),
    source="H38",
)
