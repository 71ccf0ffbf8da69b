"""改造回访: is the farmer content with the renovation, and has the house what basic sanitation needs? (Y25)"""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Text

from services.housing.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, ReasonText
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, DocumentNumber, StaffName
from shared.records.rules import not_after_today


class SatisfactionSurvey(Content):
    """One visit after a renovation."""

    project_number: DocumentNumber
    surveyed_on: BusinessDate
    satisfaction: Annotated[str, CodeOf("housing_satisfaction")]
    basic_sanitation: bool = Field(description="基本环境卫生: clean water, a sanitary toilet, rubbish cleared")
    remark: ReasonText | None = None
    surveyor: StaffName | None = None


SATISFACTION_SURVEYS = RecordType(
    name="satisfaction-surveys",
    title=Label("危房改造回访", "Surveys after renovation"),
    subject=Subject.HOUSEHOLD,
    table=record_table(
        metadata,
        "satisfaction_survey",
        Column("project_number", Text, nullable=False),
        Column("surveyed_on", Date, nullable=False),
        Column("satisfaction", Text, nullable=False),
        Column("basic_sanitation", Boolean, nullable=False),
        Column("remark", Text),
        Column("surveyor", Text),
    ),
    schema=SatisfactionSurvey,
    natural_key=("project_number", "surveyed_on"),
    business_date="surveyed_on",
    rules=(not_after_today("surveyed_on"),),
    filters=("project_number", "satisfaction", "basic_sanitation"),
    source="Y25",
)
