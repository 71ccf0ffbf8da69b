"""关爱联系记录: who contacted whom, when and how, what was found, when the next contact is due (Y66, Y67, Y69)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, NoteText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, StaffName
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class CareContact(Content):
    """One contact with one person."""

    contacted_on: BusinessDate
    contacted_by: StaffName
    party: Annotated[str, CodeOf("care_party")] = Field(default="grass_roots", description="for which party (Y67)")
    means: Annotated[str, CodeOf("care_contact_means")]
    finding: Annotated[str, CodeOf("care_finding")]
    note: NoteText | None = Field(default=None, description="what was found, in words")
    help_given: NoteText | None = Field(default=None, description="what was done about it")
    next_due_on: BusinessDate | None = Field(
        default=None, description="the next contact is due by this day; never later than the interval of the class"
    )


def need_is_described(contact: CareContact, context: RuleContext) -> Iterator[FieldError]:
    """Y69: who needs help or is in danger is helped on what the log says of it."""
    if contact.finding in ("needs_help", "danger") and contact.note is None:
        yield FieldError("/note", "finding_needs_note")


CARE_CONTACTS = RecordType(
    name="care-contacts",
    title=Label("关爱联系记录", "Care contacts"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "care_contact",
        Column("contacted_on", Date, nullable=False),
        Column("contacted_by", Text, nullable=False),
        Column("party", Text, nullable=False),
        Column("means", Text, nullable=False),
        Column("finding", Text, nullable=False),
        Column("note", Text),
        Column("help_given", Text),
        Column("next_due_on", Date),
    ),
    schema=CareContact,
    natural_key=("contacted_on", "contacted_by"),
    business_date="contacted_on",
    rules=(need_is_described, in_order("contacted_on", "next_due_on"), not_after_today("contacted_on")),
    filters=("party", "means", "finding"),
    source="Y66, Y67, Y69, SYS07",
)
