"""住房: a dwelling of a household, whose it is and whether the household lives in it (D25, M25; the one-house rule)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, SmallInteger, Text

from services.housing.records.fields import DwellingNumber
from services.housing.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content
from shared.records.rules import not_after_today


class Dwelling(Content):
    """One dwelling as last surveyed. A dwelling that was given up keeps its record, with the day."""

    dwelling_number: DwellingNumber = 1
    surveyed_on: BusinessDate
    tenure: Annotated[str, CodeOf("dwelling_tenure")] = "own"
    structure: Annotated[str, CodeOf("dwelling_structure")] | None = None
    built_year: Annotated[int, Field(ge=1800, le=2100)] | None = None
    floor_area: Annotated[int, Field(ge=1, le=10_000, description="square metres")] | None = None
    lived_in: bool = Field(default=True, description="the household lives here (常住)")
    left_on: BusinessDate | None = Field(default=None, description="pulled down, sold or given back on this day")


DWELLINGS = RecordType(
    name="dwellings",
    title=Label("住房", "Dwellings"),
    subject=Subject.HOUSEHOLD,
    table=record_table(
        metadata,
        "dwelling",
        Column("dwelling_number", SmallInteger, nullable=False),
        Column("surveyed_on", Date, nullable=False),
        Column("tenure", Text, nullable=False),
        Column("structure", Text),
        Column("built_year", SmallInteger),
        Column("floor_area", SmallInteger),
        Column("lived_in", Boolean, nullable=False),
        Column("left_on", Date),
    ),
    schema=Dwelling,
    natural_key=("dwelling_number",),
    business_date="surveyed_on",
    rules=(not_after_today("surveyed_on", "left_on"),),
    filters=("tenure", "lived_in"),
    source="D24, D25, M25, Y22",
)
