"""帮扶对子: a teacher who stands by one student (M23, M20, Y67)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.education.records.metadata import metadata
from shared.codes import Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, InstitutionCode, StaffName
from shared.records.rules import in_order, not_after_today


class TeacherPairing(Content):
    """One teacher paired with one student."""

    teacher: StaffName
    school_code: InstitutionCode
    paired_on: BusinessDate
    ended_on: Annotated[BusinessDate | None, Field(description="null: still paired")] = None


TEACHER_PAIRINGS = RecordType(
    name="teacher-pairings",
    title=Label("教师结对帮扶", "Teacher pairings"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "teacher_pairing",
        Column("teacher", Text, nullable=False),
        Column("school_code", Text, nullable=False),
        Column("paired_on", Date, nullable=False),
        Column("ended_on", Date),
    ),
    schema=TeacherPairing,
    natural_key=("teacher", "paired_on"),
    business_date="paired_on",
    rules=(in_order("paired_on", "ended_on"), not_after_today("paired_on", "ended_on")),
    filters=("school_code",),
    feeds_facts=False,
    source="M23, M20",
)
