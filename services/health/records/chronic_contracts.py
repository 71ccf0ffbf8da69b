"""慢病签约服务: the service contract of the year for a person's chronic disease (M17)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, SmallInteger, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, InstitutionCode, StaffName, Year
from shared.records.rules import not_after_today, within_its_year


class ChronicContract(Content):
    """One person's service contract of one year for one chronic disease."""

    year: Year
    disease: Annotated[str, CodeOf("chronic_disease")]
    signed_on: BusinessDate
    follow_ups: int = Field(default=0, ge=0, le=366, description="follow-up visits made under the contract so far")
    doctor: StaffName | None = None
    institution_code: InstitutionCode | None = None


CHRONIC_CONTRACTS = RecordType(
    name="chronic-contracts",
    title=Label("慢病签约服务", "Chronic-disease service contracts"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "chronic_contract",
        Column("year", SmallInteger, nullable=False),
        Column("disease", Text, nullable=False),
        Column("signed_on", Date, nullable=False),
        Column("follow_ups", SmallInteger, nullable=False),
        Column("doctor", Text),
        Column("institution_code", Text),
    ),
    schema=ChronicContract,
    natural_key=("year", "disease"),
    business_date="signed_on",
    rules=(within_its_year("signed_on"), not_after_today("signed_on")),
    filters=("year", "disease", "institution_code"),
    source="M17",
)
