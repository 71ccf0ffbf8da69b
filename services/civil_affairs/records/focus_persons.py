"""重点救助对象: who belongs to a key group of dibao for a reason that neither age nor certificate shows (H37, Y71)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, DocumentNumber
from shared.records.rules import in_order, not_after_today


class FocusPerson(Content):
    """One person in one key group, from a day on."""

    focus_group: Annotated[str, CodeOf("dibao_focus_group")]
    since: BusinessDate
    until: BusinessDate | None = Field(default=None, description="the first day on which the person is not in it")
    document_number: DocumentNumber | None = Field(default=None, description="the paper that shows it")


FOCUS_PERSONS = RecordType(
    name="focus-persons",
    title=Label("重点救助对象", "Key persons of dibao"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "focus_person",
        Column("focus_group", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("document_number", Text),
    ),
    schema=FocusPerson,
    natural_key=("focus_group",),
    business_date="since",
    rules=(in_order("since", "until"), not_after_today("since")),
    filters=("focus_group",),
    source="H37, Y71",
)
