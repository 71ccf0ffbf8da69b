"""健康体检: the physical examination of a person in a year (D32, M17)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, SmallInteger, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, NoteText
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, InstitutionCode, Year
from shared.records.rules import not_after_today, within_its_year


class PhysicalExamination(Content):
    """One person's physical examination of one year; a second one in the year takes the first one's place."""

    year: Year
    examined_on: BusinessDate
    result: Annotated[str, CodeOf("examination_result")] = "normal"
    findings: NoteText | None = Field(default=None, description="abnormal findings and advice")
    institution_code: InstitutionCode | None = None


PHYSICAL_EXAMINATIONS = RecordType(
    name="physical-examinations",
    title=Label("健康体检", "Physical examinations"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "physical_examination",
        Column("year", SmallInteger, nullable=False),
        Column("examined_on", Date, nullable=False),
        Column("result", Text, nullable=False),
        Column("findings", Text),
        Column("institution_code", Text),
    ),
    schema=PhysicalExamination,
    natural_key=("year",),
    business_date="examined_on",
    rules=(within_its_year("examined_on"), not_after_today("examined_on")),
    filters=("year", "result", "institution_code"),
    source="D32, M17",
)
