"""慢性病筛查: whether a person was screened for chronic disease in a year, and what was found (D33)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, InstitutionCode, Year
from shared.records.rules import not_after_today, within_its_year


class ChronicScreening(Content):
    """One person's chronic-disease screening of one year."""

    year: Year
    screened_on: BusinessDate
    diseases: tuple[Annotated[str, CodeOf("chronic_disease")], ...] = Field(
        default=(), max_length=20, description="chronic diseases found; empty: none"
    )
    institution_code: InstitutionCode | None = None


CHRONIC_SCREENINGS = RecordType(
    name="chronic-screenings",
    title=Label("慢性病筛查", "Chronic-disease screenings"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "chronic_screening",
        Column("year", SmallInteger, nullable=False),
        Column("screened_on", Date, nullable=False),
        Column("diseases", ARRAY(Text), nullable=False),
        Column("institution_code", Text),
    ),
    schema=ChronicScreening,
    natural_key=("year",),
    business_date="screened_on",
    rules=(within_its_year("screened_on"), not_after_today("screened_on")),
    filters=("year", "institution_code"),
    source="D33",
)
