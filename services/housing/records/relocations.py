"""易地搬迁安置: a household leaves its house for another; it has a safe one when that is delivered (M08, M26)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, SmallInteger, Text

from services.housing.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, NameText
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, DocumentNumber
from shared.records.rules import in_order, not_after_today


class Relocation(Content):
    """One household's relocation: agreed, delivered, moved in, the old house pulled down."""

    agreement_number: DocumentNumber
    agreed_on: BusinessDate
    mode: Annotated[str, CodeOf("relocation_mode")]
    resettlement: Annotated[str, CodeOf("resettlement")]
    site: NameText | None = Field(default=None, description="安置点")
    floor_area: Annotated[int, Field(ge=1, le=10_000, description="square metres")] | None = None
    delivered_on: BusinessDate | None = Field(default=None, description="the key was handed over")
    moved_in_on: BusinessDate | None = None
    old_house_removed_on: BusinessDate | None = Field(default=None, description="拆旧: the old house was pulled down")


RELOCATIONS = RecordType(
    name="relocations",
    title=Label("易地搬迁安置", "Relocations"),
    subject=Subject.HOUSEHOLD,
    table=record_table(
        metadata,
        "relocation",
        Column("agreement_number", Text, nullable=False),
        Column("agreed_on", Date, nullable=False),
        Column("mode", Text, nullable=False),
        Column("resettlement", Text, nullable=False),
        Column("site", Text),
        Column("floor_area", SmallInteger),
        Column("delivered_on", Date),
        Column("moved_in_on", Date),
        Column("old_house_removed_on", Date),
    ),
    schema=Relocation,
    natural_key=("agreement_number",),
    business_date="agreed_on",
    rules=(
        in_order("agreed_on", "delivered_on"),
        in_order("agreed_on", "moved_in_on"),
        in_order("delivered_on", "moved_in_on"),
        in_order("agreed_on", "old_house_removed_on"),
        not_after_today("agreed_on", "delivered_on", "moved_in_on", "old_house_removed_on"),
    ),
    filters=("mode", "resettlement"),
    source="M08, M26",
)
