"""健康扶贫入户宣教: a visit that explained health policy to a household, and whether it was understood (M19)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, StaffName
from shared.records.rules import not_after_today


class PublicityVisit(Content):
    """One publicity visit to a household on one day."""

    visited_on: BusinessDate
    topics: tuple[Annotated[str, CodeOf("publicity_topic")], ...] = Field(default=(), max_length=20)
    aware: bool | None = Field(default=None, description="知晓: the household knows the policy; null: not asked")
    visitor: StaffName | None = Field(default=None, description="who visited")


PUBLICITY_VISITS = RecordType(
    name="publicity-visits",
    title=Label("健康扶贫入户宣教", "Health publicity visits"),
    subject=Subject.HOUSEHOLD,
    table=record_table(
        metadata,
        "publicity_visit",
        Column("visited_on", Date, nullable=False),
        Column("topics", ARRAY(Text), nullable=False),
        Column("aware", Boolean),
        Column("visitor", Text),
    ),
    schema=PublicityVisit,
    natural_key=("visited_on",),
    business_date="visited_on",
    rules=(not_after_today("visited_on"),),
    filters=("aware",),
    source="M19",
)
