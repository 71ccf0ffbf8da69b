"""死亡与殡葬登记: a death as the funeral registration has it (D22, Y57: objects managed dynamically and precisely)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, DocumentNumber
from shared.records.rules import in_order, not_after_today


class Death(Content):
    """One person's death."""

    died_on: BusinessDate
    registered_on: BusinessDate
    manner: Annotated[str, CodeOf("funeral_manner")] = "cremation"
    document_number: DocumentNumber | None = Field(default=None, description="火化证明或死亡证明")


DEATHS = RecordType(
    name="deaths",
    title=Label("死亡与殡葬登记", "Deaths"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "death",
        Column("died_on", Date, nullable=False),
        Column("registered_on", Date, nullable=False),
        Column("manner", Text, nullable=False),
        Column("document_number", Text),
    ),
    schema=Death,
    natural_key=(),
    business_date="died_on",
    rules=(in_order("died_on", "registered_on"), not_after_today("died_on", "registered_on")),
    filters=("manner",),
    source="D22, Y57",
)
