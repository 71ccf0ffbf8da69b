"""贫困人口健康卡: the health card of a person (Y47)."""

from typing import Annotated

from sqlalchemy import Column, Date, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, DocumentNumber
from shared.records.rules import not_after_today


class HealthCard(Content):
    """One card; a replacement is another card, the lost one keeps its own record."""

    card_number: DocumentNumber
    issued_on: BusinessDate
    status: Annotated[str, CodeOf("health_card_status")] = "active"


HEALTH_CARDS = RecordType(
    name="health-cards",
    title=Label("贫困人口健康卡", "Health cards"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "health_card",
        Column("card_number", Text, nullable=False),
        Column("issued_on", Date, nullable=False),
        Column("status", Text, nullable=False),
    ),
    schema=HealthCard,
    natural_key=("card_number",),
    business_date="issued_on",
    rules=(not_after_today("issued_on"),),
    filters=("status",),
    source="Y47",
)
