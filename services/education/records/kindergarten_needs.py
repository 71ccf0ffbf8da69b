"""学前教育需要: how many children of a village need a kindergarten, and how many places there are (H21)."""

from pydantic import Field
from sqlalchemy import Column, Date, Integer, SmallInteger

from services.education.records.metadata import metadata
from shared.codes import Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, Year
from shared.records.rules import not_after_today, within_its_year


class KindergartenNeed(Content):
    """Need and places of one village in one year."""

    year: Year
    counted_on: BusinessDate
    children: int = Field(ge=0, le=100_000, description="children of kindergarten age whose parents want a place")
    places: int = Field(ge=0, le=100_000, description="places that they can reach, in the village or next to it")


KINDERGARTEN_NEEDS = RecordType(
    name="kindergarten-needs",
    title=Label("学前教育需求", "Kindergarten needs"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "kindergarten_need",
        Column("year", SmallInteger, nullable=False),
        Column("counted_on", Date, nullable=False),
        Column("children", Integer, nullable=False),
        Column("places", Integer, nullable=False),
    ),
    schema=KindergartenNeed,
    natural_key=("year",),
    business_date="counted_on",
    rules=(within_its_year("counted_on"), not_after_today("counted_on")),
    filters=("year",),
    feeds_facts=False,
    source="H21",
)
