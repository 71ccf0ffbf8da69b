"""单位名录: the organisations that the work is assigned to, and those that supply data for comparison (D02, M47)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Text

from services.registry.tables import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, CleanText
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content
from shared.records.rules import not_after_today


class Organisation(Content):
    """One organisation of a division of any level."""

    name: Annotated[str, CleanText(100)]
    kind: Annotated[str, CodeOf("organisation_kind")]
    member_unit: bool = Field(default=False, description="领导小组成员单位")
    data_provider: bool = Field(default=False, description="比对数据提供单位 (M47)")
    department: Annotated[str, CodeOf("department")] | None = Field(
        default=None, description="the department of this system that it answers for"
    )
    listed_on: BusinessDate = Field(description="the day of the list that names it")


ORGANISATIONS: RecordType[Organisation] = RecordType(
    name="organisations",
    title=Label("单位名录", "Organisations"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "organisation",
        Column("name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("member_unit", Boolean, nullable=False),
        Column("data_provider", Boolean, nullable=False),
        Column("department", Text),
        Column("listed_on", Date, nullable=False),
    ),
    schema=Organisation,
    natural_key=("name",),
    business_date="listed_on",
    rules=(not_after_today("listed_on"),),
    filters=("kind", "member_unit", "data_provider"),
    feeds_facts=False,
    source="D02, M47",
)
