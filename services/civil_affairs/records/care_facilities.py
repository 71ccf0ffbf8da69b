"""民政服务设施: homes for the aged, child welfare, rescue, tekun, rehabilitation, care and community homes (Y58)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, SmallInteger, Text

from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate, NameText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode
from shared.records.rules import not_after_today
from shared.service.problems import FieldError

_Count = Annotated[int, Field(ge=0, le=30_000)]


class CareFacility(Content):
    """One facility as last assessed; it belongs to the division that it is in."""

    facility_code: InstitutionCode
    facility_name: NameText
    kind: Annotated[str, CodeOf("care_facility_kind")]
    assessed_on: BusinessDate
    beds: _Count = Field(default=0, description="beds set up; 0 where nobody lives")
    nursing_beds: _Count = Field(default=0, description="of them for persons who cannot care for themselves")
    occupied: _Count = Field(default=0, description="beds occupied on the day of the assessment")
    staff: _Count = 0
    standard: bool = Field(default=False, description="up to the standard of construction and service")


def beds_add_up(facility: CareFacility, context: RuleContext) -> Iterator[FieldError]:
    """Who lives in a facility has a bed; only facilities that people live in have beds."""
    lives_in = code_list("care_facility_kind")[facility.kind].attributes.get("beds") == "yes"
    if facility.beds and not lives_in:
        yield FieldError("/beds", "facility_without_beds", {"kind": facility.kind})
    for field in ("nursing_beds", "occupied"):
        if getattr(facility, field) > facility.beds:
            yield FieldError(f"/{field}", "more_than_beds", {"beds": facility.beds})


CARE_FACILITIES = RecordType(
    name="care-facilities",
    title=Label("民政服务设施", "Care facilities"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "care_facility",
        Column("facility_code", Text, nullable=False),
        Column("facility_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("assessed_on", Date, nullable=False),
        Column("beds", SmallInteger, nullable=False),
        Column("nursing_beds", SmallInteger, nullable=False),
        Column("occupied", SmallInteger, nullable=False),
        Column("staff", SmallInteger, nullable=False),
        Column("standard", Boolean, nullable=False),
    ),
    schema=CareFacility,
    natural_key=("facility_code",),
    business_date="assessed_on",
    rules=(beds_add_up, not_after_today("assessed_on")),
    filters=("kind", "standard"),
    feeds_facts=False,
    source="Y58",
)
