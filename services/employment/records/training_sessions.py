"""培训班次: a course held in a place (D18, Y30, Y31, Y34, H34)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Integer, Numeric, SmallInteger, Text

from services.employment.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money, NameText
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, DocumentNumber, InstitutionCode
from shared.records.rules import in_order


class TrainingSession(Content):
    """One course of a kind; who took part is recorded person by person."""

    session_number: DocumentNumber
    title: NameText
    kind: Annotated[str, CodeOf("labour_training_kind")]
    skill: Annotated[str, CodeOf("employment_skill")] | None = Field(default=None, description="the skill taught")
    starts_on: BusinessDate
    ends_on: BusinessDate
    hours: int | None = Field(default=None, ge=1, le=5000, description="hours of instruction")
    places: int | None = Field(default=None, ge=1, le=10_000)
    organiser_code: InstitutionCode | None = None
    organiser_name: NameText | None = None
    cost: Money | None = Field(default=None, description="cost of the course, yuan")


TRAINING_SESSIONS = RecordType(
    name="training-sessions",
    title=Label("培训班次", "Training sessions"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "training_session",
        Column("session_number", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("skill", Text),
        Column("starts_on", Date, nullable=False),
        Column("ends_on", Date, nullable=False),
        Column("hours", SmallInteger),
        Column("places", Integer),
        Column("organiser_code", Text),
        Column("organiser_name", Text),
        Column("cost", Numeric(14, 2)),
    ),
    schema=TrainingSession,
    natural_key=("session_number",),
    business_date="starts_on",
    rules=(in_order("starts_on", "ends_on"),),
    filters=("session_number", "kind", "skill", "organiser_code"),
    feeds_facts=False,
    source="D18, Y30, Y31, Y34, H34",
)
