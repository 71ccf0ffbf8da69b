"""学籍: where a person is in school in a term, and how that stands (D26, H20, H22, Y35, Y37, Y40).

Costs are those of the term before aid; from them comes the warning of ruinous cost beyond compulsory school (Y40).
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Numeric, SmallInteger, Text

from services.education.records.metadata import metadata
from services.education.terms import term_of
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate, Money, NameText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode, Year
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError

ATTENDING = frozenset(one.code for one in code_list("enrolment_status").items if "attends" in one.attributes)
"""Who is in class: in an ordinary or in a special-education school."""

COMPULSORY, BEYOND = (
    frozenset(one.code for one in code_list("education_stage").items if one.attributes["part"] == part)
    for part in ("compulsory", "beyond")
)
"""Stages of compulsory school, and those that come after it."""

LEFT = frozenset(one.code for one in code_list("enrolment_status").items if "left" in one.attributes)


class SchoolEnrolment(Content):
    """One person's schooling at one school in one term, or the finding that there is none."""

    year: Year = Field(description="the calendar year in which the term begins")
    term: Annotated[str, CodeOf("education_term")]
    stage: Annotated[str, CodeOf("education_stage")]
    grade: int = Field(ge=1, le=9, description="grade of the stage; junior high school has grades 7 to 9")
    status: Annotated[str, CodeOf("enrolment_status")]
    registered_on: BusinessDate = Field(description="注册: the day of registration for the term, or of the finding")
    school_code: InstitutionCode | None = None
    school_name: NameText | None = None
    boarding: bool = Field(default=False, description="寄宿生: lives at the school (Y37)")
    inclusive_kindergarten: bool = Field(
        default=False, description="普惠性幼儿园 recognised by the district or above (Y36)"
    )
    left_on: BusinessDate | None = Field(default=None, description="the day from which the student was not in class")
    reason: Annotated[str, CodeOf("absence_reason")] | None = None
    tuition: Money | None = Field(default=None, description="学费 of the term, yuan")
    lodging: Money | None = Field(default=None, description="住宿费 of the term, yuan")
    books: Money | None = Field(default=None, description="书本费 of the term, yuan")


def grade_fits_the_stage(enrolment: SchoolEnrolment, context: RuleContext) -> Iterator[FieldError]:
    """Each stage has its own grades; junior high school counts on from primary school."""
    grades = code_list("education_stage")[enrolment.stage].attributes
    if not int(grades["first"]) <= enrolment.grade <= int(grades["last"]):
        yield FieldError("/grade", "grade_outside_stage", {"first": grades["first"], "last": grades["last"]})


def status_is_complete(enrolment: SchoolEnrolment, context: RuleContext) -> Iterator[FieldError]:
    """Who attends is at a school and has not left; who left has a day; who is not in class has a reason."""
    status = enrolment.status
    if status in ATTENDING and enrolment.school_code is None:
        yield FieldError("/school_code", "school_required")
    if status in LEFT and enrolment.left_on is None:
        yield FieldError("/left_on", "leaving_day_required")
    if status not in LEFT and enrolment.left_on is not None:
        yield FieldError("/left_on", "only_if_left")
    if status in ("suspended", "dropped_out", "home_teaching"):
        if enrolment.reason is None:
            yield FieldError("/reason", "absence_reason_required")
    elif enrolment.reason is not None:
        yield FieldError("/reason", "only_if_absent")


def boarding_and_kindergarten(enrolment: SchoolEnrolment, context: RuleContext) -> Iterator[FieldError]:
    """A boarder attends a school; only a kindergarten is an inclusive one (Y36, Y37)."""
    if enrolment.boarding and enrolment.status == "home_teaching":
        yield FieldError("/boarding", "only_if_attending")
    if enrolment.inclusive_kindergarten and enrolment.stage != "preschool":
        yield FieldError("/inclusive_kindergarten", "only_in_kindergarten")


def registered_for_the_term(enrolment: SchoolEnrolment, context: RuleContext) -> Iterator[FieldError]:
    """Registration opens in the holidays before the term and ends with it."""
    policy = context.policy.in_year(enrolment.year)
    term = term_of(policy, enrolment.term)
    opens = term.start - timedelta(days=policy.whole("education.registration_lead_days"))
    if not opens <= enrolment.registered_on < term.next_start:
        last = term.next_start - timedelta(days=1)
        yield FieldError("/registered_on", "day_outside_term", {"first": opens.isoformat(), "last": last.isoformat()})


ENROLMENTS = RecordType(
    name="enrolments",
    title=Label("学籍登记", "School enrolments"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "enrolment",
        Column("year", SmallInteger, nullable=False),
        Column("term", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("grade", SmallInteger, nullable=False),
        Column("status", Text, nullable=False),
        Column("registered_on", Date, nullable=False),
        Column("school_code", Text),
        Column("school_name", Text),
        Column("boarding", Boolean, nullable=False),
        Column("inclusive_kindergarten", Boolean, nullable=False),
        Column("left_on", Date),
        Column("reason", Text),
        Column("tuition", Numeric(14, 2)),
        Column("lodging", Numeric(14, 2)),
        Column("books", Numeric(14, 2)),
    ),
    schema=SchoolEnrolment,
    natural_key=("year", "term", "school_code"),
    business_date="registered_on",
    rules=(
        grade_fits_the_stage,
        status_is_complete,
        boarding_and_kindergarten,
        registered_for_the_term,
        in_order("registered_on", "left_on"),
        not_after_today("registered_on", "left_on"),
    ),
    filters=("year", "term", "stage", "status", "school_code", "reason", "boarding"),
    source="D26, H20, H22, Y35, Y37, Y40",
)
