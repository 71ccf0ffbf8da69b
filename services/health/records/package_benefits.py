"""四免两减四覆盖: an item of the local health package that a person received (Y45)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, SmallInteger, Text

from services.health.records.metadata import metadata
from shared.codes import Label
from shared.identity import BusinessDate, CleanText, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, Year
from shared.records.rules import not_after_today, within_its_year
from shared.service.problems import FieldError


class PackageBenefit(Content):
    """One item of the local package given to one person in one year."""

    year: Year
    item: Annotated[str, CleanText(60), Field(description="a code of the parameter `health.health_package_items`")]
    granted_on: BusinessDate
    amount: Money | None = Field(default=None, description="what was waived or reduced, yuan")


def item_is_in_the_package(benefit: PackageBenefit, context: RuleContext) -> Iterator[FieldError]:
    """Y45: the ten items are the place's own; its list is policy data of the area and year."""
    if context.household is not None and benefit.item not in context.policy.codes("health.health_package_items"):
        yield FieldError("/item", "item_not_in_package", {"year": benefit.year})


PACKAGE_BENEFITS = RecordType(
    name="package-benefits",
    title=Label("地方健康惠民项目", "Local health package benefits"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "package_benefit",
        Column("year", SmallInteger, nullable=False),
        Column("item", Text, nullable=False),
        Column("granted_on", Date, nullable=False),
        Column("amount", Numeric(14, 2)),
    ),
    schema=PackageBenefit,
    natural_key=("year", "item"),
    business_date="granted_on",
    rules=(item_is_in_the_package, within_its_year("granted_on"), not_after_today("granted_on")),
    filters=("year", "item"),
    source="Y45",
)
