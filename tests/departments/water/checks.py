"""饮水安全评价: one household's drinking water, checked once a year (M36, M37, Y16)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import Boolean, Column, Date, MetaData, Numeric, SmallInteger, Text

from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.service.problems import FieldError

metadata = MetaData()


class WaterCheck(BaseModel):
    """What was found at one household's tap or well."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    checked_on: BusinessDate
    source: Annotated[str, CodeOf("water_source")]
    litres_per_person_day: Money
    quality_passed: bool


def checked_in_its_year(check: WaterCheck, context: RuleContext) -> Iterator[FieldError]:
    """The check of a year happens in it."""
    if check.checked_on.year != check.year:
        yield FieldError("/checked_on", "invalid_value", {"year": check.year})


WATER_CHECKS = RecordType(
    name="water-checks",
    title=Label("饮水安全评价", "Water checks"),
    subject=Subject.HOUSEHOLD,
    table=record_table(
        metadata,
        "water_check",
        Column("year", SmallInteger, nullable=False),
        Column("checked_on", Date, nullable=False),
        Column("source", Text, nullable=False),
        Column("litres_per_person_day", Numeric(14, 2), nullable=False),
        Column("quality_passed", Boolean, nullable=False),
    ),
    schema=WaterCheck,
    natural_key=("year",),
    business_date="checked_on",
    rules=(checked_in_its_year,),
    filters=("year", "source"),
    source="M36, M37, Y16",
)
