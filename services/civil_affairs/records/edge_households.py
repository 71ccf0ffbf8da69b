"""低保边缘家庭: a household recognised as on the edge of dibao (Y54; 民发〔2021〕57号)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, Text

from services.civil_affairs.amounts import on_the_edge
from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class EdgeHousehold(Content):
    """One recognition, with the income it rests on."""

    recognised_on: BusinessDate
    per_capita_income: Money = Field(description="per person and year, as checked")
    ended_on: BusinessDate | None = Field(default=None, description="the first day on which it is not on the edge")
    end_reason: Annotated[str, CodeOf("assistance_end_reason")] | None = None


def income_on_the_edge(edge: EdgeHousehold, context: RuleContext) -> Iterator[FieldError]:
    """Not below the dibao standard, and below so many standards, by the policy of the place and year."""
    if context.household is not None and not on_the_edge(edge.per_capita_income, context.policy):
        standard = context.policy.number("civil_affairs.dibao_standard")
        multiple = context.policy.number("civil_affairs.edge_multiple")
        bounds = {"standard": str(standard), "highest": str(standard * multiple)}
        yield FieldError("/per_capita_income", "income_not_on_the_edge", bounds)


def ended_with_reason(edge: EdgeHousehold, context: RuleContext) -> Iterator[FieldError]:
    """What has ended says why; what has not, gives no reason."""
    if edge.ended_on is not None and edge.end_reason is None:
        yield FieldError("/end_reason", "end_reason_required")
    if edge.ended_on is None and edge.end_reason is not None:
        yield FieldError("/end_reason", "reason_without_end")


EDGE_HOUSEHOLDS = RecordType(
    name="edge-households",
    title=Label("低保边缘家庭", "Households on the edge of dibao"),
    subject=Subject.HOUSEHOLD,
    table=record_table(
        metadata,
        "edge_household",
        Column("recognised_on", Date, nullable=False),
        Column("per_capita_income", Numeric(14, 2), nullable=False),
        Column("ended_on", Date),
        Column("end_reason", Text),
    ),
    schema=EdgeHousehold,
    natural_key=("recognised_on",),
    business_date="recognised_on",
    rules=(
        income_on_the_edge,
        ended_with_reason,
        in_order("recognised_on", "ended_on"),
        not_after_today("recognised_on", "ended_on"),
    ),
    filters=("end_reason",),
    source="Y54",
)
