"""残疾人登记: the register of the disabled as last surveyed, with or without a certificate (Y55, Y66, SYS07)."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import Boolean, Column, Date, Text

from services.civil_affairs.records.disability_certificate import NUMBER, NUMBER_SCHEMA, read_number
from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content
from shared.records.rules import in_order, not_after_today
from shared.records.subjects import SubjectFields
from shared.service.problems import FieldError


def _document_number(schema: dict[str, Any], model: type) -> None:
    """What is posted may hold the certificate's number; what is read never does."""
    if issubclass(model, SubjectFields):
        schema["properties"][NUMBER] = NUMBER_SCHEMA


class DisabledPerson(Content):
    """One disabled person. The number of the certificate may be posted as `certificate_number`: it fills type, grade
    and re-issue, names the person, and is not kept."""

    model_config = ConfigDict(json_schema_extra=_document_number)

    surveyed_on: BusinessDate = Field(description="摸底排查: the day of the last survey")
    certificate_state: Annotated[str, CodeOf("disability_certificate_state")] = "held"
    disability_type: Annotated[str, CodeOf("disability_type")] | None = Field(
        default=None, description="of the certificate; without one, as it appears"
    )
    disability_grade: Annotated[str, CodeOf("disability_grade")] | None = None
    reissue: Annotated[str, StringConstraints(pattern="^[0-9A-Z]{2}$")] | None = Field(
        default=None, description="characters 21 and 22 of a re-issued certificate"
    )
    issued_on: BusinessDate | None = None
    expires_on: BusinessDate | None = Field(
        default=None,
        description="the first day on which it does not hold; null: by the term of the policy",
    )
    self_care: Annotated[str, CodeOf("self_care_ability")] | None = Field(
        default=None, description="null: not assessed (Y55 自理困难)"
    )
    depends_on_family: bool = Field(default=False, description="依靠家庭供养: has no income of their own (Y55)")
    long_term_care: bool | None = Field(default=None, description="需要长期照护; null: not assessed (Y70)")
    barring_allowance: Annotated[str, CodeOf("subsidy_barring_allowance")] | None = Field(
        default=None, description="an allowance beside which a disability subsidy is not paid"
    )

    @model_validator(mode="before")
    @classmethod
    def _read_certificate(cls, given: object) -> object:
        return read_number(given) if isinstance(given, Mapping) and NUMBER in given else given


def certificate_is_whole(person: DisabledPerson, context: RuleContext) -> Iterator[FieldError]:
    """Who holds a certificate has its type, grade and day of issue; who does not has neither day nor re-issue."""
    if person.certificate_state in ("held", "cancelled"):
        for field in ("disability_type", "disability_grade", "issued_on"):
            if getattr(person, field) is None:
                yield FieldError(f"/{field}", "certificate_detail_required")
        return
    for field in ("reissue", "issued_on", "expires_on"):
        if getattr(person, field) is not None:
            yield FieldError(f"/{field}", "only_with_certificate")


DISABLED_PERSONS = RecordType(
    name="disabled-persons",
    title=Label("残疾人登记", "Register of disabled persons"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "disabled_person",
        Column("surveyed_on", Date, nullable=False),
        Column("certificate_state", Text, nullable=False),
        Column("disability_type", Text),
        Column("disability_grade", Text),
        Column("reissue", Text),
        Column("issued_on", Date),
        Column("expires_on", Date),
        Column("self_care", Text),
        Column("depends_on_family", Boolean, nullable=False),
        Column("long_term_care", Boolean),
        Column("barring_allowance", Text),
    ),
    schema=DisabledPerson,
    natural_key=(),
    business_date="surveyed_on",
    rules=(
        certificate_is_whole,
        in_order("issued_on", "expires_on"),
        not_after_today("surveyed_on", "issued_on"),
    ),
    filters=("certificate_state", "disability_type", "disability_grade", "self_care"),
    source="Y55, Y66, Y70, SYS07",
)
