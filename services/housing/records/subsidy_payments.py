"""危房改造补助资金: what was allotted for a household, and what of it reached the household's account (Y23)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, Text

from services.housing.records.fields import needs
from services.housing.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, DocumentNumber
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class SubsidyPayment(Content):
    """One instalment, yuan: allotted to the paying office, then paid to the household."""

    payment_number: DocumentNumber
    project_number: DocumentNumber
    fund: Annotated[str, CodeOf("renovation_fund")]
    allotted_on: BusinessDate = Field(description="the day the money reached the paying office")
    amount: Money = Field(description="what was allotted for the household")
    paid_on: BusinessDate | None = Field(default=None, description="the day it reached the household's account")
    received: Money | None = Field(default=None, description="what reached the account")


def received_is_within_amount(payment: SubsidyPayment, context: RuleContext) -> Iterator[FieldError]:
    """More cannot arrive than was sent; less is money kept back, which is a finding and no fault of the record."""
    if payment.received is not None and payment.received > payment.amount:
        yield FieldError("/received", "received_above_amount", {"amount": f"{payment.amount:.2f}"})


SUBSIDY_PAYMENTS = RecordType(
    name="subsidy-payments",
    title=Label("危房改造补助资金拨付", "Payments of the renovation subsidy"),
    subject=Subject.HOUSEHOLD,
    table=record_table(
        metadata,
        "subsidy_payment",
        Column("payment_number", Text, nullable=False),
        Column("project_number", Text, nullable=False),
        Column("fund", Text, nullable=False),
        Column("allotted_on", Date, nullable=False),
        Column("amount", Numeric(14, 2), nullable=False),
        Column("paid_on", Date),
        Column("received", Numeric(14, 2)),
    ),
    schema=SubsidyPayment,
    natural_key=("payment_number",),
    business_date="allotted_on",
    rules=(
        needs("paid_on", "received"),
        needs("received", "paid_on"),
        received_is_within_amount,
        in_order("allotted_on", "paid_on"),
        not_after_today("allotted_on", "paid_on"),
    ),
    filters=("project_number", "fund"),
    source="Y23",
)
