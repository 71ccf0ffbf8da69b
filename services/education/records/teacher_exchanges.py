"""教师交流: a teacher who works at another school for a time (Y41)."""

from collections.abc import Iterator
from typing import Annotated

from sqlalchemy import Column, Date, Text

from services.education.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode, StaffName
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class TeacherExchange(Content):
    """One teacher's exchange, recorded where the receiving school is."""

    teacher: StaffName
    kind: Annotated[str, CodeOf("teacher_exchange_kind")]
    from_school_code: InstitutionCode
    to_school_code: InstitutionCode
    started_on: BusinessDate
    ended_on: BusinessDate | None = None


def to_another_school(exchange: TeacherExchange, context: RuleContext) -> Iterator[FieldError]:
    if exchange.to_school_code == exchange.from_school_code:
        yield FieldError("/to_school_code", "same_school")


TEACHER_EXCHANGES = RecordType(
    name="teacher-exchanges",
    title=Label("教师交流与对口支援", "Teacher exchanges"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "teacher_exchange",
        Column("teacher", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("from_school_code", Text, nullable=False),
        Column("to_school_code", Text, nullable=False),
        Column("started_on", Date, nullable=False),
        Column("ended_on", Date),
    ),
    schema=TeacherExchange,
    natural_key=("teacher", "to_school_code", "started_on"),
    business_date="started_on",
    rules=(to_another_school, in_order("started_on", "ended_on"), not_after_today("started_on", "ended_on")),
    filters=("kind", "to_school_code"),
    feeds_facts=False,
    source="Y41",
)
