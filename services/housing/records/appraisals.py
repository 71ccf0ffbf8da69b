"""房屋安全等级鉴定: which safety grade a dwelling was found to have, when and by whom (D24, M25)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, SmallInteger, Text

from services.housing.records.fields import DwellingNumber
from services.housing.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, NameText
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, DocumentNumber
from shared.records.rules import in_order, not_after_today


class Appraisal(Content):
    """One appraisal of one dwelling; a later one does not replace it, the newest counts."""

    dwelling_number: DwellingNumber = 1
    appraised_on: BusinessDate
    grade: Annotated[str, CodeOf("housing_grade")]
    appraiser: NameText = Field(description="the office or qualified person that appraised")
    certificate_number: DocumentNumber | None = None
    valid_to: BusinessDate | None = Field(
        default=None, description="last day of validity; without it the policy `housing.appraisal_valid_months` holds"
    )


APPRAISALS = RecordType(
    name="appraisals",
    title=Label("房屋安全等级鉴定", "Appraisals of dwellings"),
    subject=Subject.HOUSEHOLD,
    table=record_table(
        metadata,
        "appraisal",
        Column("dwelling_number", SmallInteger, nullable=False),
        Column("appraised_on", Date, nullable=False),
        Column("grade", Text, nullable=False),
        Column("appraiser", Text, nullable=False),
        Column("certificate_number", Text),
        Column("valid_to", Date),
    ),
    schema=Appraisal,
    natural_key=("dwelling_number", "appraised_on"),
    business_date="appraised_on",
    rules=(not_after_today("appraised_on"), in_order("appraised_on", "valid_to")),
    filters=("grade", "dwelling_number"),
    source="D24, M25",
)
