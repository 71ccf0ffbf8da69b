"""参训记录: a person in a course, whether it was completed, and the certificate (D18, Y29–Y31, H18, H34)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.employment.records.metadata import metadata
from services.employment.records.rules import of_working_age
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate, birthday
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, DocumentNumber
from shared.records.rules import in_order, not_after_today
from shared.roster.models import RosterMember, Sex
from shared.service.problems import FieldError

_CERTIFICATE = ("certificate_kind", "certificate_number", "certified_on")


class TrainingAttendance(Content):
    """One person's part in one course."""

    session_number: DocumentNumber
    kind: Annotated[str, CodeOf("labour_training_kind")]
    skill: Annotated[str, CodeOf("employment_skill")] | None = Field(default=None, description="the skill learnt")
    started_on: BusinessDate
    outcome: Annotated[str, CodeOf("labour_training_outcome")] = "attending"
    completed_on: BusinessDate | None = None
    certificate_kind: Annotated[str, CodeOf("training_certificate")] | None = None
    certificate_number: DocumentNumber | None = None
    certified_on: BusinessDate | None = None


def completion_is_consistent(attendance: TrainingAttendance, context: RuleContext) -> Iterator[FieldError]:
    """Who completed did so on a day; a certificate is whole, and is for who completed."""
    given = [field for field in _CERTIFICATE if getattr(attendance, field) is not None]
    if attendance.outcome != "completed":
        for field in ("completed_on", *given):
            if getattr(attendance, field) is not None:
                yield FieldError(f"/{field}", "only_if_completed")
        return
    if attendance.completed_on is None:
        yield FieldError("/completed_on", "completion_day_required")
    if given:
        for field in _CERTIFICATE:
            if field not in given:
                yield FieldError(f"/{field}", "certificate_incomplete")


def training_is_for_the_person(attendance: TrainingAttendance, context: RuleContext) -> Iterator[FieldError]:
    """Y30 青年致富带头人、妇女创业能手、残疾人就业扶助等专项培训: whom each is for is an attribute of the code list."""
    meant_for = code_list("labour_training_kind")[attendance.kind].attributes.get("for")
    if meant_for is None or context.member is None:
        return
    if not _is_meant(meant_for, attendance, context.member, context):
        yield FieldError("/kind", "training_not_for_person", {"kind": attendance.kind})


def _is_meant(meant_for: str, attendance: TrainingAttendance, member: RosterMember, context: RuleContext) -> bool:
    if meant_for == "women":
        return member.sex is not Sex.MALE
    if meant_for == "disabled":
        return member.disability_type is not None or "disabled" in member.health_status
    if member.birth_date is None:
        return True
    oldest = context.policy.whole("employment.youth_age_most")
    return attendance.started_on < birthday(member.birth_date, oldest + 1)


TRAINING_ATTENDANCES = RecordType(
    name="training-attendances",
    title=Label("参训记录", "Training attendances"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "training_attendance",
        Column("session_number", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("skill", Text),
        Column("started_on", Date, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("completed_on", Date),
        Column("certificate_kind", Text),
        Column("certificate_number", Text),
        Column("certified_on", Date),
    ),
    schema=TrainingAttendance,
    natural_key=("session_number",),
    business_date="started_on",
    rules=(
        completion_is_consistent,
        training_is_for_the_person,
        of_working_age("started_on"),
        in_order("started_on", "completed_on"),
        in_order("completed_on", "certified_on"),
        not_after_today("started_on", "completed_on", "certified_on"),
    ),
    filters=("session_number", "kind", "skill", "outcome", "certificate_kind"),
    source="D18, Y29, Y30, Y31, H18, H34",
)
