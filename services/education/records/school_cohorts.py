"""义务教育巩固率: of those who entered compulsory school together, how many finished it (Y41)."""

from collections.abc import Iterator

from pydantic import Field
from sqlalchemy import Column, Date, Integer, SmallInteger

from services.education.records.metadata import metadata
from shared.codes import Label
from shared.identity import BusinessDate
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, Year
from shared.records.rules import not_after_today, within_its_year
from shared.service.problems import FieldError


class SchoolCohort(Content):
    """The pupils of one place who should finish grade 9 in a year."""

    year: Year = Field(description="the year of graduation")
    counted_on: BusinessDate
    entered: int = Field(ge=0, le=100_000, description="pupils who entered grade 1 nine years before")
    moved_in: int = Field(default=0, ge=0, le=100_000, description="students who came from elsewhere since")
    moved_out: int = Field(default=0, ge=0, le=100_000, description="students who went elsewhere, or died")
    graduated: int = Field(ge=0, le=100_000, description="students who finished grade 9")


def cohort_adds_up(cohort: SchoolCohort, context: RuleContext) -> Iterator[FieldError]:
    """Nobody leaves who was not there, nor finishes."""
    expected = cohort.entered + cohort.moved_in - cohort.moved_out
    if expected < 0:
        yield FieldError("/moved_out", "more_left_than_were_there", {"there": cohort.entered + cohort.moved_in})
    elif cohort.graduated > expected:
        yield FieldError("/graduated", "more_graduates_than_students", {"students": expected})


SCHOOL_COHORTS = RecordType(
    name="school-cohorts",
    title=Label("义务教育届次巩固情况", "Compulsory-school cohorts"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "school_cohort",
        Column("year", SmallInteger, nullable=False),
        Column("counted_on", Date, nullable=False),
        Column("entered", Integer, nullable=False),
        Column("moved_in", Integer, nullable=False),
        Column("moved_out", Integer, nullable=False),
        Column("graduated", Integer, nullable=False),
    ),
    schema=SchoolCohort,
    natural_key=("year",),
    business_date="counted_on",
    rules=(cohort_adds_up, within_its_year("counted_on"), not_after_today("counted_on")),
    filters=("year",),
    feeds_facts=False,
    source="Y41",
)
