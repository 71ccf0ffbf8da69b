"""用人单位: who employs or could employ poor labour (D19, Y28)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Integer, Text

from services.employment.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, NameText
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, InstitutionCode
from shared.records.rules import not_after_today


class Employer(Content):
    """One employer as last reported, at its place."""

    employer_code: InstitutionCode
    employer_name: NameText
    kind: Annotated[str, CodeOf("employer_kind")]
    reported_on: BusinessDate
    workers: int = Field(default=0, ge=0, le=1_000_000, description="all who work there")


EMPLOYERS = RecordType(
    name="employers",
    title=Label("用人单位", "Employers"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "employer",
        Column("employer_code", Text, nullable=False),
        Column("employer_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("reported_on", Date, nullable=False),
        Column("workers", Integer, nullable=False),
    ),
    schema=Employer,
    natural_key=("employer_code",),
    business_date="reported_on",
    rules=(not_after_today("reported_on"),),
    filters=("employer_code", "kind"),
    feeds_facts=False,
    source="D19, Y28",
)
