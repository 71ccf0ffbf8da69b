"""家庭医生签约: a person's contract of the year with a family or village doctor (D31)."""

from typing import Annotated

from sqlalchemy import Column, Date, SmallInteger, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, InstitutionCode, StaffName, Year
from shared.records.rules import not_after_today, within_its_year


class DoctorContract(Content):
    """One person's family doctor contract of one year."""

    year: Year
    signed_on: BusinessDate
    package: Annotated[str, CodeOf("doctor_package")] = "basic"
    doctor: StaffName | None = None
    institution_code: InstitutionCode | None = None


DOCTOR_CONTRACTS = RecordType(
    name="doctor-contracts",
    title=Label("家庭医生签约", "Family doctor contracts"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "doctor_contract",
        Column("year", SmallInteger, nullable=False),
        Column("signed_on", Date, nullable=False),
        Column("package", Text, nullable=False),
        Column("doctor", Text),
        Column("institution_code", Text),
    ),
    schema=DoctorContract,
    natural_key=("year",),
    business_date="signed_on",
    rules=(within_its_year("signed_on"), not_after_today("signed_on")),
    filters=("year", "package", "institution_code"),
    source="D31",
)
