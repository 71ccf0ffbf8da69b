"""医疗费用结算单: one hospital bill with every layer that paid a part of it (D30, Y43, Y48, H24–H26)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Numeric, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, DocumentNumber, InstitutionCode
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError

NOTHING = Decimal("0.00")


class SettlementBill(Content):
    """One bill: its total, and the layers that make it up to the cent. All amounts in yuan."""

    bill_number: DocumentNumber
    kind: Annotated[str, CodeOf("care_kind")]
    settled_on: BusinessDate
    admitted_on: BusinessDate | None = None
    institution_code: InstitutionCode | None = None
    serious_illness: Annotated[str, CodeOf("serious_illness")] | None = Field(
        default=None, description="the serious illness that was treated, if it was one"
    )
    total: Money
    basic_insurance: Money = Field(default=NOTHING, description="基本医疗保险")
    serious_illness_insurance: Money = Field(default=NOTHING, description="大病保险")
    supplementary_insurance: Money = Field(default=NOTHING, description="困难群众大病补充医疗保险")
    medical_aid: Money = Field(default=NOTHING, description="医疗救助")
    other_aid: Money = Field(default=NOTHING, description="临时救助、慈善救助等")
    self_paid: Money = Field(default=NOTHING, description="个人自付")
    one_stop: bool = Field(default=False, description="一站式结算: insurance and aid settled in hospital at once (D30)")
    treated_before_payment: bool = Field(default=False, description="先诊疗后付费: no deposit before treatment (Y48)")


LAYERS = (
    "basic_insurance",
    "serious_illness_insurance",
    "supplementary_insurance",
    "medical_aid",
    "other_aid",
    "self_paid",
)
"""The layers in the order in which they pay (Y43)."""


def layers_add_up(bill: SettlementBill, context: RuleContext) -> Iterator[FieldError]:
    """D30, Y43 三重保障: the layers of one bill make up its total, to the cent."""
    paid = sum((getattr(bill, layer) for layer in LAYERS), NOTHING)
    if paid != bill.total:
        yield FieldError("/total", "layers_do_not_add_up", {"total": str(bill.total), "layers": str(paid)})


SETTLEMENT_BILLS = RecordType(
    name="settlement-bills",
    title=Label("医疗费用结算单", "Settlement bills"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "settlement_bill",
        Column("bill_number", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("settled_on", Date, nullable=False),
        Column("admitted_on", Date),
        Column("institution_code", Text),
        Column("serious_illness", Text),
        Column("total", Numeric(14, 2), nullable=False),
        Column("basic_insurance", Numeric(14, 2), nullable=False),
        Column("serious_illness_insurance", Numeric(14, 2), nullable=False),
        Column("supplementary_insurance", Numeric(14, 2), nullable=False),
        Column("medical_aid", Numeric(14, 2), nullable=False),
        Column("other_aid", Numeric(14, 2), nullable=False),
        Column("self_paid", Numeric(14, 2), nullable=False),
        Column("one_stop", Boolean, nullable=False),
        Column("treated_before_payment", Boolean, nullable=False),
    ),
    schema=SettlementBill,
    natural_key=("bill_number",),
    business_date="settled_on",
    rules=(layers_add_up, in_order("admitted_on", "settled_on"), not_after_today("settled_on")),
    filters=("bill_number", "kind", "institution_code", "one_stop", "treated_before_payment"),
    source="D30, Y43, Y48, H24, H25, H26",
)
