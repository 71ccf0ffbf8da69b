"""教师培训: a training of teachers of the area (H35)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Integer, Text

from services.education.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, DocumentNumber, InstitutionCode
from shared.records.rules import in_order, not_after_today


class TeacherTraining(Content):
    """One training, recorded where its teachers work."""

    training_number: DocumentNumber
    subject: Annotated[str, CodeOf("teacher_training_subject")]
    started_on: BusinessDate
    ended_on: BusinessDate | None = None
    school_code: InstitutionCode | None = Field(default=None, description="the school whose teachers were trained")
    participants: int = Field(ge=1, le=10_000, description="teachers who took part")
    given_by: DocumentNumber | None = Field(default=None, description="支援单位: code of the unit that gave it")


TEACHER_TRAININGS = RecordType(
    name="teacher-trainings",
    title=Label("受援地教师培训", "Teacher trainings"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "teacher_training",
        Column("training_number", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("started_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("school_code", Text),
        Column("participants", Integer, nullable=False),
        Column("given_by", Text),
    ),
    schema=TeacherTraining,
    natural_key=("training_number",),
    business_date="started_on",
    rules=(in_order("started_on", "ended_on"), not_after_today("started_on", "ended_on")),
    filters=("subject", "school_code"),
    feeds_facts=False,
    source="H35",
)
