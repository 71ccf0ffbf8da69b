"""How many people live at a place in a year: told by the statistics office, kept as records, divided by in rates."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Integer, MetaData, SmallInteger, Text

from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, ReasonText
from shared.records.declaration import RecordType, record_table
from shared.records.fields import Content, Year
from shared.records.rules import not_after_today
from shared.records.subjects import Subject

TABLE = "population_count"


class PopulationCount(Content):
    """How many people a division of any level (village to nation) had in one year."""

    year: Year
    kind: Annotated[str, CodeOf("population_kind")]
    persons: int = Field(ge=0, le=2_000_000_000)
    counted_on: BusinessDate = Field(description="the day that the number holds for")
    authority: ReasonText | None = Field(default=None, description="who says so: yearbook, census, county office")


def population_counts(metadata: MetaData, *, source: str) -> RecordType[PopulationCount]:
    """The record type `population-counts`, for the departments whose rates need it; `source` names requirement rows.

    Its table is built by `shared.department.migrations.create_population_table`.
    """
    return RecordType(
        name="population-counts",
        title=Label("人口数", "Numbers of people"),
        subject=Subject.VILLAGE,
        table=record_table(
            metadata,
            TABLE,
            Column("year", SmallInteger, nullable=False),
            Column("kind", Text, nullable=False),
            Column("persons", Integer, nullable=False),
            Column("counted_on", Date, nullable=False),
            Column("authority", Text),
        ),
        schema=PopulationCount,
        natural_key=("year", "kind"),
        business_date="counted_on",
        rules=(not_after_today("counted_on"),),
        filters=("year", "kind"),
        feeds_facts=False,
        source=source,
    )


def people_of(kind: str) -> str:
    """The numbers of one kind (code list `population_kind`), as a rate divides by them."""
    return f"SELECT c.division, c.year, c.persons FROM {TABLE} c WHERE c.voided_at IS NULL AND c.kind = '{kind}'"
