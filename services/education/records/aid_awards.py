"""学生资助: an item of aid for one student and term, applied for, posted, paid (D27, D28, H20, Y36–Y39, SYS30)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, SmallInteger, Text

from services.education.records.metadata import metadata
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, DocumentNumber, InstitutionCode, Year
from shared.records.rules import in_order, not_after_today
from shared.roster.models import ON_REGISTER
from shared.service.problems import FieldError


class AidAward(Content):
    """One award of one item for one term. A waiver is `paid` when the school has let it off."""

    year: Year = Field(description="the calendar year in which the term begins")
    term: Annotated[str, CodeOf("education_term")]
    item: Annotated[str, CodeOf("education_benefit")]
    award_number: DocumentNumber = Field(description="申请或发放编号: tells two awards of one item apart")
    school_code: InstitutionCode | None = Field(default=None, description="the school that it was applied for at")
    stage: Annotated[str, CodeOf("education_stage")]
    amount: Money = Field(description="of the term, yuan; of a loan what is lent")
    applied_on: BusinessDate
    posted_on: BusinessDate | None = Field(default=None, description="公示: the first day of posting")
    paid_on: BusinessDate | None = Field(default=None, description="发放: paid, let off or lent")


def item_is_for_the_stage(award: AidAward, context: RuleContext) -> Iterator[FieldError]:
    """Each item is for certain stages (Y36: kindergarten, Y37: compulsory school, and so on)."""
    stages = code_list("education_benefit")[award.item].attributes["stages"].split()
    if award.stage not in stages:
        yield FieldError("/stage", "item_not_for_stage", {"item": award.item, "stages": ", ".join(stages)})


def item_is_for_the_household(award: AidAward, context: RuleContext) -> Iterator[FieldError]:
    """雨露计划 is for registered (建档立卡) households; until the person is known to the roster, that is not known.

    A household cleared since it applied was registered then.
    """
    if context.household is None or "registered" not in code_list("education_benefit")[award.item].attributes:
        return
    state = context.household.state_on(award.applied_on)
    if state is not None and state not in ON_REGISTER:
        yield FieldError("/item", "item_for_registered", {"item": award.item})


def posted_before_paid(award: AidAward, context: RuleContext) -> Iterator[FieldError]:
    """公示 before 发放: what is paid has been posted."""
    if award.paid_on is not None and award.posted_on is None:
        yield FieldError("/posted_on", "posting_required")


def applied_around_its_year(award: AidAward, context: RuleContext) -> Iterator[FieldError]:
    """Aid is applied for in the year before the term, in its own or, late, in the year after."""
    if abs(award.applied_on.year - award.year) > 1:
        yield FieldError("/applied_on", "applied_outside_term", {"year": award.year})


AID_AWARDS = RecordType(
    name="aid-awards",
    title=Label("学生资助", "Education aid awards"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "aid_award",
        Column("year", SmallInteger, nullable=False),
        Column("term", Text, nullable=False),
        Column("item", Text, nullable=False),
        Column("award_number", Text, nullable=False),
        Column("school_code", Text),
        Column("stage", Text, nullable=False),
        Column("amount", Numeric(14, 2), nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("posted_on", Date),
        Column("paid_on", Date),
    ),
    schema=AidAward,
    natural_key=("year", "term", "item", "award_number", "school_code"),
    business_date="applied_on",
    rules=(
        item_is_for_the_stage,
        item_is_for_the_household,
        posted_before_paid,
        applied_around_its_year,
        in_order("applied_on", "posted_on"),
        in_order("posted_on", "paid_on"),
        not_after_today("applied_on", "posted_on", "paid_on"),
    ),
    filters=("year", "term", "item", "stage", "school_code"),
    source="D27, D28, H20, M22, Y36, Y37, Y38, Y39, SYS30",
)
