"""两项基金与政府兜底: a payment to a patient from a health fund or the government backstop (Y49)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, DocumentNumber
from shared.records.rules import not_after_today
from shared.roster.models import ON_REGISTER
from shared.service.problems import FieldError


class FundPayment(Content):
    """One payment, yuan."""

    payment_number: DocumentNumber
    fund: Annotated[str, CodeOf("health_fund")]
    paid_on: BusinessDate
    amount: Money
    bill_number: DocumentNumber | None = Field(default=None, description="the settlement bill it relieves")


def fund_is_for_the_household(payment: FundPayment, context: RuleContext) -> Iterator[FieldError]:
    """Y49: one fund is for registered (建档立卡) persons, the other for everyone else.

    What was paid before the household came into its present state is not judged by that state: a serious patient whom
    the rescue fund paid may be registered soon after.
    """
    state = None if context.household is None else context.household.state_on(payment.paid_on)
    if state is None:
        return
    meant_for = code_list("health_fund")[payment.fund].attributes["for"]
    registered = state in ON_REGISTER
    if (meant_for == "registered" and not registered) or (meant_for == "others" and registered):
        yield FieldError("/fund", "fund_not_for_household", {"fund": payment.fund})


FUND_PAYMENTS = RecordType(
    name="fund-payments",
    title=Label("医疗基金与兜底支付", "Health fund payments"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "fund_payment",
        Column("payment_number", Text, nullable=False),
        Column("fund", Text, nullable=False),
        Column("paid_on", Date, nullable=False),
        Column("amount", Numeric(14, 2), nullable=False),
        Column("bill_number", Text),
    ),
    schema=FundPayment,
    natural_key=("payment_number",),
    business_date="paid_on",
    rules=(fund_is_for_the_household, not_after_today("paid_on")),
    filters=("fund", "bill_number"),
    source="Y49",
)
