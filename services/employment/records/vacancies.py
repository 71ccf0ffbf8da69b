"""岗位信息: posts on offer and the conditions that an employer sets (D19, M13, M14, SYS20)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Integer, Numeric, SmallInteger, Text

from services.employment.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money, NameText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, DocumentNumber, InstitutionCode
from shared.records.rules import in_order, not_after_today
from shared.roster.models import Sex
from shared.service.problems import FieldError

Age = Annotated[int, Field(ge=0, le=120)]


class Vacancy(Content):
    """One vacancy, open from `opened_on` to `closes_on` (its last day; null: until corrected)."""

    vacancy_number: DocumentNumber
    employer_code: InstitutionCode | None = None
    employer_name: NameText
    occupation: Annotated[str, CodeOf("employment_occupation")]
    posts: int = Field(ge=1, le=10_000)
    opened_on: BusinessDate
    closes_on: BusinessDate | None = None
    place: Annotated[str, CodeOf("work_place")] = Field(description="where the work is, seen from the district")
    monthly_wage: Money = Field(description="the wage offered, yuan a month")
    youngest: Age | None = None
    oldest: Age | None = None
    sex: Annotated[str, CodeOf("sex")] | None = Field(default=None, description="1 or 2; null: both")
    education_least: Annotated[str, CodeOf("education")] | None = None
    skill: Annotated[str, CodeOf("employment_skill")] | None = Field(default=None, description="skill asked for")
    accepts_weak_labour: bool = Field(default=False, description="also for weak or half labour")


def conditions_are_possible(vacancy: Vacancy, context: RuleContext) -> Iterator[FieldError]:
    """Ages in order and not under the least working age; a sex that a person can have."""
    least = context.policy.whole("employment.working_age_least")
    if vacancy.youngest is not None and vacancy.youngest < least:
        yield FieldError("/youngest", "below_least_working_age", {"least": least})
    if vacancy.oldest is not None and vacancy.oldest < (vacancy.youngest or least):
        yield FieldError("/oldest", "ages_out_of_order")
    if vacancy.sex is not None and vacancy.sex not in (Sex.MALE, Sex.FEMALE):
        yield FieldError("/sex", "sex_not_a_condition")


VACANCIES = RecordType(
    name="vacancies",
    title=Label("岗位信息", "Vacancies"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "vacancy",
        Column("vacancy_number", Text, nullable=False),
        Column("employer_code", Text),
        Column("employer_name", Text, nullable=False),
        Column("occupation", Text, nullable=False),
        Column("posts", Integer, nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("closes_on", Date),
        Column("place", Text, nullable=False),
        Column("monthly_wage", Numeric(14, 2), nullable=False),
        Column("youngest", SmallInteger),
        Column("oldest", SmallInteger),
        Column("sex", Text),
        Column("education_least", Text),
        Column("skill", Text),
        Column("accepts_weak_labour", Boolean, nullable=False),
    ),
    schema=Vacancy,
    natural_key=("vacancy_number",),
    business_date="opened_on",
    rules=(conditions_are_possible, in_order("opened_on", "closes_on"), not_after_today("opened_on")),
    filters=("vacancy_number", "employer_code", "occupation", "place", "skill", "accepts_weak_labour"),
    feeds_facts=False,
    source="D19, M13, M14, SYS20",
)
