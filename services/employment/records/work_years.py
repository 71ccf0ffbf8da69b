"""年度务工情况: the months that a person worked in a year and what they earned, as reported at its end (M14, Y33)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, SmallInteger, Text

from services.employment.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, DivisionCode, Money, birthday
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, Year
from shared.records.rules import not_after_today
from shared.service.problems import FieldError

Months = Annotated[int, Field(ge=0, le=12)]
NOTHING = Decimal("0.00")


class WorkYear(Content):
    """One person's months and income of work in one year. For that year it stands before what is counted from spells
    of work, which tells of unbroken months only."""

    year: Year
    reported_on: BusinessDate = Field(description="in the year or in the one after it")
    work_months: Months = Field(description="务工时间(月), public-welfare posts apart")
    place: Annotated[str, CodeOf("work_place")] | None = Field(default=None, description="where most of it was")
    place_division: DivisionCode | None = None
    wage_income: Money = Field(default=NOTHING, description="务工收入, yuan in the year")
    post_months: Months = Field(default=0, description="公益性岗位月数")
    post_income: Money = Field(default=NOTHING, description="公益性岗位收入, yuan in the year")


def months_place_and_income_agree(report: WorkYear, context: RuleContext) -> Iterator[FieldError]:
    """Months and place both or neither (rule 6); no income without months, none that nobody works for (rule 25)."""
    if report.work_months and report.place is None:
        yield FieldError("/place", "work_place_required")
    if not report.work_months:
        for field in ("place", "place_division", "wage_income"):
            if getattr(report, field):
                yield FieldError(f"/{field}", "only_with_work_months")
    if not report.post_months and report.post_income:
        yield FieldError("/post_income", "only_with_work_months")
    least = context.policy.number("employment.wage_income_least")
    if 0 < report.wage_income < least:
        yield FieldError("/wage_income", "wage_income_implausible", {"least": str(least)})


def reported_when_it_is_known(report: WorkYear, context: RuleContext) -> Iterator[FieldError]:
    """A year is reported in it or in the next; no month is worked before it has begun."""
    if not report.year <= report.reported_on.year <= report.year + 1:
        yield FieldError("/reported_on", "day_outside_report", {"year": report.year})
    elif report.reported_on.year == report.year:
        for field in ("work_months", "post_months"):
            if getattr(report, field) > report.reported_on.month:
                yield FieldError(f"/{field}", "months_ahead", {"months": report.reported_on.month})


def no_month_before_working_age(report: WorkYear, context: RuleContext) -> Iterator[FieldError]:
    """Months of work count from the one in which the person reached the least working age."""
    born = None if context.member is None else context.member.birth_date
    if born is None:
        return
    least = context.policy.whole("employment.working_age_least")
    of_age = birthday(born, least)
    months = max(0, min(12, (report.year - of_age.year) * 12 + 13 - of_age.month))
    for field in ("work_months", "post_months"):
        if getattr(report, field) > months:
            yield FieldError(f"/{field}", "months_below_working_age", {"least": least, "months": months})


WORK_YEARS = RecordType(
    name="work-years",
    title=Label("年度务工情况", "Work of the year"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "work_year",
        Column("year", SmallInteger, nullable=False),
        Column("reported_on", Date, nullable=False),
        Column("work_months", SmallInteger, nullable=False),
        Column("place", Text),
        Column("place_division", Text),
        Column("wage_income", Numeric(14, 2), nullable=False),
        Column("post_months", SmallInteger, nullable=False),
        Column("post_income", Numeric(14, 2), nullable=False),
    ),
    schema=WorkYear,
    natural_key=("year",),
    business_date="reported_on",
    rules=(
        months_place_and_income_agree,
        reported_when_it_is_known,
        no_month_before_working_age,
        not_after_today("reported_on"),
    ),
    filters=("year", "place"),
    source="M14, Y33",
)
