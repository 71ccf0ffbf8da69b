"""监护落实: who is the guardian of a child or of an adult without capacity, and what was signed (Y66, Y67, Y69)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Text

from services.civil_affairs.records.care_rules import ended_with_reason
from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate, NameText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, DocumentNumber
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class Guardianship(Content):
    """One guardianship of one ward, from the day on which responsibility was signed for."""

    guardian: NameText
    guardian_kind: Annotated[str, CodeOf("guardian_kind")]
    form: Annotated[str, CodeOf("guardianship_form")] = "statutory"
    signed_on: BusinessDate = Field(description="监护责任确认书 or 委托监护协议 signed")
    agreement_number: DocumentNumber | None = None
    agreed_until: BusinessDate | None = Field(default=None, description="the first day after the agreement")
    capable: bool | None = Field(default=None, description="监护能力: as assessed; null: not assessed")
    ended_on: BusinessDate | None = None
    end_reason: Annotated[str, CodeOf("guardianship_end")] | None = None


def form_fits_guardian(guardianship: Guardianship, context: RuleContext) -> Iterator[FieldError]:
    """国发〔2016〕13号: who is entrusted is entrusted in writing; parents need not be entrusted with their own."""
    entrusted = code_list("guardianship_form")[guardianship.form].attributes.get("agreement") == "yes"
    if entrusted and guardianship.agreement_number is None:
        yield FieldError("/agreement_number", "agreement_required")
    if entrusted and guardianship.guardian_kind == "parent":
        yield FieldError("/guardian_kind", "parents_are_not_entrusted")
    if not entrusted and guardianship.agreed_until is not None:
        yield FieldError("/agreed_until", "only_if_entrusted")


GUARDIANSHIPS = RecordType(
    name="guardianships",
    title=Label("监护落实", "Guardianships"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "guardianship",
        Column("guardian", Text, nullable=False),
        Column("guardian_kind", Text, nullable=False),
        Column("form", Text, nullable=False),
        Column("signed_on", Date, nullable=False),
        Column("agreement_number", Text),
        Column("agreed_until", Date),
        Column("capable", Boolean),
        Column("ended_on", Date),
        Column("end_reason", Text),
    ),
    schema=Guardianship,
    natural_key=("guardian", "signed_on"),
    business_date="signed_on",
    rules=(
        form_fits_guardian,
        ended_with_reason,
        in_order("signed_on", "agreed_until"),
        in_order("signed_on", "ended_on"),
        not_after_today("signed_on", "ended_on"),
    ),
    filters=("form", "guardian_kind", "capable"),
    source="Y66, Y67, Y69, SYS07",
)
