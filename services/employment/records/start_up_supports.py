"""创业扶持: loans, subsidies, places and guidance for who starts a business (M13, Y34, SYS20)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, SmallInteger, Text

from services.employment.records.metadata import metadata
from services.employment.records.rules import of_working_age
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate, Money, NameText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class StartUpSupport(Content):
    """One support given to one person for one business."""

    kind: Annotated[str, CodeOf("start_up_support_kind")]
    business_name: NameText
    granted_on: BusinessDate
    amount: Money | None = Field(default=None, description="yuan; of a loan what was lent")
    repay_by: BusinessDate | None = Field(default=None, description="the day by which a loan is paid back")
    base_code: InstitutionCode | None = Field(default=None, description="the park or base it is in")
    jobs_created: int = Field(default=0, ge=0, le=10_000, description="带动就业人数")


def loan_is_consistent(support: StartUpSupport, context: RuleContext) -> Iterator[FieldError]:
    """A loan has an amount within the limit of the place and year; nothing else is paid back."""
    loan = code_list("start_up_support_kind")[support.kind].attributes.get("loan") == "yes"
    if not loan:
        if support.repay_by is not None:
            yield FieldError("/repay_by", "only_for_loans")
        return
    if support.amount is None:
        yield FieldError("/amount", "loan_amount_required")
    elif context.household is not None:
        limit = context.policy.number("employment.start_up_loan_most")
        if support.amount > limit:
            params = {"limit": str(limit), "year": support.granted_on.year}
            yield FieldError("/amount", "loan_above_limit", params)


START_UP_SUPPORTS = RecordType(
    name="start-up-supports",
    title=Label("创业扶持", "Start-up support"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "start_up_support",
        Column("kind", Text, nullable=False),
        Column("business_name", Text, nullable=False),
        Column("granted_on", Date, nullable=False),
        Column("amount", Numeric(14, 2)),
        Column("repay_by", Date),
        Column("base_code", Text),
        Column("jobs_created", SmallInteger, nullable=False),
    ),
    schema=StartUpSupport,
    natural_key=("kind", "granted_on"),
    business_date="granted_on",
    rules=(
        loan_is_consistent,
        of_working_age("granted_on"),
        in_order("granted_on", "repay_by"),
        not_after_today("granted_on"),
    ),
    filters=("kind", "base_code"),
    source="M13, Y34, SYS20",
)
