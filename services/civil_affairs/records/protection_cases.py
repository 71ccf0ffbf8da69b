"""保护个案: a person in danger, from the report to the end of help (Y69, SYS22)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.procedures import CaseContent, CaseType, case_table
from shared.records import Subject
from shared.records.fields import InstitutionCode


class ProtectionCase(CaseContent):
    """One case as it stands now; the steps tell how it came to that."""

    danger: Annotated[str, CodeOf("protection_danger")]
    reporter: Annotated[str, CodeOf("protection_reporter")]
    measure: Annotated[str, CodeOf("protection_measure")] | None = None
    responded_on: BusinessDate | None = Field(default=None, description="应急处置: the day of the emergency measure")
    facility_code: InstitutionCode | None = Field(default=None, description="where taken into temporary care")
    risk: Annotated[str, CodeOf("protection_risk")] | None = None
    outcome: Annotated[str, CodeOf("protection_outcome")] | None = None


PROTECTION_CASES = CaseType(
    name="protection-cases",
    title=Label("保护个案", "Protection cases"),
    subject=Subject.MEMBER,
    table=case_table(
        metadata,
        "protection_case",
        Column("danger", Text, nullable=False),
        Column("reporter", Text, nullable=False),
        Column("measure", Text),
        Column("responded_on", Date),
        Column("facility_code", Text),
        Column("risk", Text),
        Column("outcome", Text),
    ),
    schema=ProtectionCase,
    filters=("danger", "reporter", "measure", "risk", "outcome"),
    source="Y69, SYS22",
)
