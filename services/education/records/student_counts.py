"""在校生数: how many students a school has in a term, poor or not, and how many of them are aided (Y38)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Integer, SmallInteger, Text

from services.education.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode, Year
from shared.records.rules import not_after_today
from shared.service.problems import FieldError


class StudentCount(Content):
    """The students of one stage at one school in one term."""

    year: Year = Field(description="the calendar year in which the term begins")
    term: Annotated[str, CodeOf("education_term")]
    school_code: InstitutionCode
    stage: Annotated[str, CodeOf("education_stage")]
    counted_on: BusinessDate
    students: int = Field(ge=0, le=100_000, description="在校生")
    aided: int = Field(ge=0, le=100_000, description="享受国家助学金的学生: those who get the national grant")


def no_more_aided_than_students(count: StudentCount, context: RuleContext) -> Iterator[FieldError]:
    """Y38 资助面占在校生: a part of them."""
    if count.aided > count.students:
        yield FieldError("/aided", "more_aided_than_students", {"students": count.students})


STUDENT_COUNTS = RecordType(
    name="student-counts",
    title=Label("在校生与受助人数", "Student counts"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "student_count",
        Column("year", SmallInteger, nullable=False),
        Column("term", Text, nullable=False),
        Column("school_code", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("counted_on", Date, nullable=False),
        Column("students", Integer, nullable=False),
        Column("aided", Integer, nullable=False),
    ),
    schema=StudentCount,
    natural_key=("year", "term", "school_code", "stage"),
    business_date="counted_on",
    rules=(no_more_aided_than_students, not_after_today("counted_on")),
    filters=("year", "term", "stage", "school_code"),
    feeds_facts=False,
    source="Y38",
)
