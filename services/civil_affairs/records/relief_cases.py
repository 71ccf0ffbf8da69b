"""临时救助: help for a household hit by a sudden event, by procedure and in time (Y65, Y43; 国发〔2014〕47号)."""

from collections.abc import Collection
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as ID

from services.civil_affairs.records.metadata import metadata
from services.civil_affairs.records.named_members import Members, Persons, meant, nameless
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, DivisionCode, Money
from shared.procedures import CaseContent, CaseType, case_table
from shared.records import Subject


class ReliefCase(CaseContent):
    """One case as it stands now; the steps tell how it came to that."""

    village: DivisionCode | None = Field(default=None, description="where the family lives, if the registry has it not")
    event: Annotated[str, CodeOf("relief_event")]
    event_on: BusinessDate
    path: Annotated[str, CodeOf("relief_path")] = "ordinary"
    persons: Annotated[Persons, Field(description="persons in need")]
    members: Members = ()
    form: Annotated[str, CodeOf("relief_form")] | None = None
    amount: Money = Field(default=Decimal("0.00"), description="yuan, goods at their value")
    helped_on: BusinessDate | None = Field(default=None, description="the day on which help was given")

    def helped(self, present: Collection[UUID]) -> tuple[UUID, ...]:
        """Whom of the household's present members it helps; nobody where fewer are in need and none is named."""
        return meant(self.members, self.persons, present)

    def nameless(self, present: Collection[UUID]) -> int | None:
        """How many of them it helps where none is named; None: it says whom."""
        return nameless(self.members, self.persons, present)


RELIEF_CASES = CaseType(
    name="relief-cases",
    title=Label("临时救助办理", "Temporary relief"),
    subject=Subject.HOUSEHOLD,
    table=case_table(
        metadata,
        "relief_case",
        Column("village", Text),
        Column("event", Text, nullable=False),
        Column("event_on", Date, nullable=False),
        Column("path", Text, nullable=False),
        Column("persons", SmallInteger, nullable=False),
        Column("members", ARRAY(ID), nullable=False),
        Column("form", Text),
        Column("amount", Numeric(14, 2), nullable=False),
        Column("helped_on", Date),
    ),
    schema=ReliefCase,
    natural_key=("event", "event_on"),
    stated_place="village",
    names_members=("members",),
    filters=("event", "path"),
    source="Y65, Y43",
)
