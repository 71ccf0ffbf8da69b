"""控辍保学台账: a child found out of class, the visit, and the return or the lawful reason (D26, M21, H22, Y40)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.education.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, ReasonText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode, StaffName
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class DropoutCase(Content):
    """One case: found, visited, then returned to school or a lawful reason, until a day."""

    found_on: BusinessDate
    reason: Annotated[str, CodeOf("absence_reason")]
    school_code: InstitutionCode | None = Field(default=None, description="the school the child should be in")
    visited_on: BusinessDate | None = Field(default=None, description="家访劝返: the day of the visit")
    visitor: StaffName | None = None
    measures: ReasonText | None = Field(default=None, description="劝返措施: what was agreed with the family")
    returned_on: BusinessDate | None = Field(default=None, description="复学: back in class")
    lawful_on: BusinessDate | None = Field(default=None, description="the day on which the reason was found lawful")
    lawful_reason: Annotated[str, CodeOf("absence_reason")] | None = None
    lawful_until: BusinessDate | None = Field(default=None, description="the last day for which it was found so")


def steps_in_their_order(case: DropoutCase, context: RuleContext) -> Iterator[FieldError]:
    """Found, visited, then closed: nobody is called returned or lawfully absent whom nobody went to see."""
    if (case.returned_on or case.lawful_on) and case.visited_on is None:
        yield FieldError("/visited_on", "visit_required")
    if case.visited_on is None and case.visitor is not None:
        yield FieldError("/visitor", "only_if_visited")
    if case.visited_on is not None and case.visitor is None:
        yield FieldError("/visitor", "visitor_required")
    if case.returned_on is not None and case.lawful_on is not None:
        yield FieldError("/lawful_on", "returned_or_lawful")


def lawful_reason_is_one(case: DropoutCase, context: RuleContext) -> Iterator[FieldError]:
    """Health alone is a lawful reason: which reasons count is policy of the place and the year."""
    given = [case.lawful_on, case.lawful_reason, case.lawful_until]
    if any(one is not None for one in given) and None in given:
        missing = next(name for name in ("lawful_on", "lawful_reason", "lawful_until") if getattr(case, name) is None)
        yield FieldError(f"/{missing}", "lawful_together")
    elif case.lawful_reason is not None and case.lawful_reason not in lawful_reasons(context):
        yield FieldError("/lawful_reason", "reason_not_lawful", {"reason": case.lawful_reason})


def lawful_reasons(context: RuleContext) -> tuple[str, ...]:
    return context.policy.codes("education.lawful_absence_reasons")


DROPOUT_CASES = RecordType(
    name="dropout-cases",
    title=Label("控辍保学台账", "Dropout control cases"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "dropout_case",
        Column("found_on", Date, nullable=False),
        Column("reason", Text, nullable=False),
        Column("school_code", Text),
        Column("visited_on", Date),
        Column("visitor", Text),
        Column("measures", Text),
        Column("returned_on", Date),
        Column("lawful_on", Date),
        Column("lawful_reason", Text),
        Column("lawful_until", Date),
    ),
    schema=DropoutCase,
    natural_key=("found_on",),
    business_date="found_on",
    rules=(
        steps_in_their_order,
        lawful_reason_is_one,
        in_order("found_on", "visited_on"),
        in_order("visited_on", "returned_on"),
        in_order("visited_on", "lawful_on"),
        in_order("lawful_on", "lawful_until"),
        not_after_today("found_on", "visited_on", "returned_on", "lawful_on"),
    ),
    filters=("reason", "lawful_reason"),
    source="D26, M21, H22, Y40",
)
