"""入住机构: who lives in a care facility, and on what ground (Y58)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.civil_affairs.records.care_rules import ended_with_reason
from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, DivisionCode
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, InstitutionCode
from shared.records.rules import in_order, not_after_today


class FacilityStay(Content):
    """One stay of one person in one facility."""

    facility_code: InstitutionCode
    facility_division: DivisionCode | None = Field(
        default=None, description="区划 of the facility: needed where several have the code"
    )
    basis: Annotated[str, CodeOf("facility_stay_basis")]
    admitted_on: BusinessDate
    ended_on: BusinessDate | None = Field(default=None, description="the day of leaving")
    end_reason: Annotated[str, CodeOf("facility_stay_end")] | None = None


FACILITY_STAYS = RecordType(
    name="facility-stays",
    title=Label("入住机构", "Stays in care facilities"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "facility_stay",
        Column("facility_code", Text, nullable=False),
        Column("facility_division", Text),
        Column("basis", Text, nullable=False),
        Column("admitted_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("end_reason", Text),
    ),
    schema=FacilityStay,
    natural_key=("facility_code", "admitted_on"),
    business_date="admitted_on",
    rules=(ended_with_reason, in_order("admitted_on", "ended_on"), not_after_today("admitted_on", "ended_on")),
    filters=("facility_code", "basis"),
    source="Y58",
)
