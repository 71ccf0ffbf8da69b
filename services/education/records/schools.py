"""学校与幼儿园: schools and kindergartens, and whether they are up to the standard (H21, Y36, Y41)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Integer, Text

from services.education.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, NameText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode
from shared.records.rules import not_after_today
from shared.service.problems import FieldError


class School(Content):
    """One school as last assessed. A primary school belongs to its village, a junior high school to its township."""

    school_code: InstitutionCode
    school_name: NameText
    kind: Annotated[str, CodeOf("school_kind")]
    assessed_on: BusinessDate
    publicly_run: bool = Field(default=True, description="公办 (H21)")
    standardised: bool = Field(default=False, description="完成标准化建设 (H21, Y41)")
    inclusive: bool = Field(default=False, description="普惠性幼儿园 recognised by the district or above (Y36)")
    places: int = Field(default=0, ge=0, le=20_000, description="学位: places for students")


def only_kindergartens_are_inclusive(school: School, context: RuleContext) -> Iterator[FieldError]:
    """Y36 普惠性幼儿园."""
    if school.inclusive and school.kind != "kindergarten":
        yield FieldError("/inclusive", "only_in_kindergarten")


SCHOOLS = RecordType(
    name="schools",
    title=Label("学校与幼儿园", "Schools and kindergartens"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "school",
        Column("school_code", Text, nullable=False),
        Column("school_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("assessed_on", Date, nullable=False),
        Column("publicly_run", Boolean, nullable=False),
        Column("standardised", Boolean, nullable=False),
        Column("inclusive", Boolean, nullable=False),
        Column("places", Integer, nullable=False),
    ),
    schema=School,
    natural_key=("school_code",),
    business_date="assessed_on",
    rules=(only_kindergartens_are_inclusive, not_after_today("assessed_on")),
    filters=("kind", "standardised", "publicly_run", "school_code"),
    feeds_facts=False,
    source="H21, Y36, Y41",
)
