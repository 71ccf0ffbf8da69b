"""就业创业载体: return-home parks, employment bases, workshops and incubators (Y34)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Integer, Text

from services.employment.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, NameText
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, InstitutionCode
from shared.records.rules import in_order, not_after_today


class EmploymentBase(Content):
    """One recognised base; `ended_on` is the last day of its recognition."""

    base_code: InstitutionCode
    base_name: NameText
    kind: Annotated[str, CodeOf("employment_base_kind")]
    level: Annotated[str, CodeOf("employment_base_level")]
    recognised_on: BusinessDate
    ended_on: BusinessDate | None = None
    employer_code: InstitutionCode | None = Field(default=None, description="the employer that runs it")
    posts: int = Field(default=0, ge=0, le=100_000, description="posts that it offers")
    businesses: int = Field(default=0, ge=0, le=100_000, description="businesses of returned migrants in it")


EMPLOYMENT_BASES = RecordType(
    name="employment-bases",
    title=Label("就业创业载体", "Employment and start-up bases"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "employment_base",
        Column("base_code", Text, nullable=False),
        Column("base_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("recognised_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("employer_code", Text),
        Column("posts", Integer, nullable=False),
        Column("businesses", Integer, nullable=False),
    ),
    schema=EmploymentBase,
    natural_key=("base_code",),
    business_date="recognised_on",
    rules=(in_order("recognised_on", "ended_on"), not_after_today("recognised_on")),
    filters=("base_code", "kind", "level", "employer_code"),
    feeds_facts=False,
    source="Y34",
)
