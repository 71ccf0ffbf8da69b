"""农村危房改造: the file of one renovation; only the steps of its procedure change it (Y20, Y21, Y22, Y23, Y24)."""

from datetime import date
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, SmallInteger, Text

from services.housing.records.fields import DwellingNumber
from services.housing.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import Money
from shared.procedures import CaseContent, CaseType, case_table
from shared.records import Subject
from shared.records.fields import Year


class Renovation(CaseContent):
    """One household's renovation of one dwelling. Days and amounts (yuan) are filled as it goes on.

    A household has one open case, of whichever dwelling: only its only one is renovated (Y22).
    """

    dwelling_number: DwellingNumber
    year: Year = Field(description="the yearly plan that it belongs to: of the application, from approval on its own")
    applied_on: date
    category: Annotated[str, CodeOf("renovation_category")]
    category_evidence: str | None = Field(default=None, description="number of the certificate of the category")
    grade: Annotated[str, CodeOf("housing_grade")] | None = Field(default=None, description="as identified")
    identified_on: date | None = None
    refused_for: Annotated[str, CodeOf("renovation_refusal")] | None = None
    project_number: str | None = Field(default=None, description="given by the approval; payments name it")
    mode: Annotated[str, CodeOf("renovation_mode")] | None = None
    approved_on: date | None = None
    granted: Money | None = Field(default=None, description="subsidy granted")
    started_on: date | None = None
    inspected_on: date | None = Field(default=None, description="last inspection of the works")
    accepted_on: date | None = Field(default=None, description="竣工验收合格")
    paid_on: date | None = Field(default=None, description="recorded as paid in full on this day")
    paid: Money | None = Field(default=None, description="what the household received in all, as recorded then")


RENOVATIONS = CaseType(
    name="renovations",
    title=Label("农村危房改造", "Renovations of dangerous houses"),
    subject=Subject.HOUSEHOLD,
    table=case_table(
        metadata,
        "renovation",
        Column("dwelling_number", SmallInteger, nullable=False),
        Column("year", SmallInteger, nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("category", Text, nullable=False),
        Column("category_evidence", Text),
        Column("grade", Text),
        Column("identified_on", Date),
        Column("refused_for", Text),
        Column("project_number", Text),
        Column("mode", Text),
        Column("approved_on", Date),
        Column("granted", Numeric(14, 2)),
        Column("started_on", Date),
        Column("inspected_on", Date),
        Column("accepted_on", Date),
        Column("paid_on", Date),
        Column("paid", Numeric(14, 2)),
    ),
    schema=Renovation,
    file_number="project_number",
    filters=("year", "category", "grade", "project_number"),
    source="Y20, Y21, Y22, Y23, Y24",
)
