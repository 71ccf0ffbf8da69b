"""走村进户: a teacher's visit to a household (M23, Y39)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.education.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, InstitutionCode, StaffName
from shared.records.rules import not_after_today


class HomeVisit(Content):
    """One visit to a household on one day."""

    visited_on: BusinessDate
    visitor: StaffName
    school_code: InstitutionCode | None = None
    topics: tuple[Annotated[str, CodeOf("home_visit_topic")], ...] = Field(default=(), max_length=20)


HOME_VISITS = RecordType(
    name="home-visits",
    title=Label("教师家访", "Teachers' home visits"),
    subject=Subject.HOUSEHOLD,
    table=record_table(
        metadata,
        "home_visit",
        Column("visited_on", Date, nullable=False),
        Column("visitor", Text, nullable=False),
        Column("school_code", Text),
        Column("topics", ARRAY(Text), nullable=False),
    ),
    schema=HomeVisit,
    natural_key=("visited_on", "visitor"),
    business_date="visited_on",
    rules=(not_after_today("visited_on"),),
    filters=("school_code",),
    feeds_facts=False,
    source="M23, Y39",
)
