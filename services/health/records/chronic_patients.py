"""慢病与精神障碍患者登记: the registers of the chronic-disease centre and of the mental-health help centre (Y46)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class ChronicPatient(Content):
    """One person's entry in a register of chronic or mental patients, for one disease."""

    disease: Annotated[str, CodeOf("chronic_disease")]
    diagnosed_on: BusinessDate
    status: Annotated[str, CodeOf("chronic_status")] = "managed"
    ended_on: BusinessDate | None = Field(default=None, description="the day the entry was closed, in status `ended`")
    centre_code: InstitutionCode | None = Field(default=None, description="the centre that keeps the register (Y46)")


def ended_has_a_day(patient: ChronicPatient, context: RuleContext) -> Iterator[FieldError]:
    """An entry has an end day if, and only if, it has ended."""
    if patient.status == "ended" and patient.ended_on is None:
        yield FieldError("/ended_on", "end_day_required")
    if patient.status != "ended" and patient.ended_on is not None:
        yield FieldError("/ended_on", "only_if_ended")


CHRONIC_PATIENTS = RecordType(
    name="chronic-patients",
    title=Label("慢病与精神障碍患者登记", "Register of chronic and mental patients"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "chronic_patient",
        Column("disease", Text, nullable=False),
        Column("diagnosed_on", Date, nullable=False),
        Column("status", Text, nullable=False),
        Column("ended_on", Date),
        Column("centre_code", Text),
    ),
    schema=ChronicPatient,
    natural_key=("disease",),
    business_date="diagnosed_on",
    rules=(
        ended_has_a_day,
        in_order("diagnosed_on", "ended_on"),
        not_after_today("diagnosed_on", "ended_on"),
    ),
    filters=("disease", "status", "centre_code"),
    source="Y46, M17",
)
