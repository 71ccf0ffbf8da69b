"""残疾人康复服务: a rehabilitation service given to a disabled person, and what insurance paid of it (Y51)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Numeric, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class Rehabilitation(Content):
    """One rehabilitation service, from its start. Amounts in yuan."""

    service: Annotated[str, CodeOf("rehabilitation_service")]
    started_on: BusinessDate
    ended_on: BusinessDate | None = None
    in_insurance: bool = Field(default=False, description="the item is within what basic medical insurance pays for")
    cost: Money | None = None
    paid_by_insurance: Money | None = None
    paid_by_aid: Money | None = None
    institution_code: InstitutionCode | None = None


def payments_within_cost(service: Rehabilitation, context: RuleContext) -> Iterator[FieldError]:
    """Y51 纳入基本医疗保险范围的康复项目: insurance pays for its own items only; no more is paid than the cost."""
    insurance, aid = service.paid_by_insurance or 0, service.paid_by_aid or 0
    if insurance and not service.in_insurance:
        yield FieldError("/paid_by_insurance", "item_not_in_insurance")
    if insurance + aid > (service.cost or 0):
        yield FieldError("/cost", "paid_above_cost", {"paid": str(insurance + aid)})


REHABILITATIONS = RecordType(
    name="rehabilitations",
    title=Label("残疾人康复服务", "Rehabilitation services"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "rehabilitation",
        Column("service", Text, nullable=False),
        Column("started_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("in_insurance", Boolean, nullable=False),
        Column("cost", Numeric(14, 2)),
        Column("paid_by_insurance", Numeric(14, 2)),
        Column("paid_by_aid", Numeric(14, 2)),
        Column("institution_code", Text),
    ),
    schema=Rehabilitation,
    natural_key=("service", "started_on"),
    business_date="started_on",
    rules=(payments_within_cost, in_order("started_on", "ended_on"), not_after_today("started_on")),
    filters=("service", "in_insurance"),
    source="Y51",
)
