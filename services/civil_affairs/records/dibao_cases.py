"""低保: dibao of a household, or of one person of it, from application to end (D21, M09, M11, Y54, Y55, H07)."""

from collections.abc import Collection
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Numeric, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as ID

from services.civil_affairs.records.metadata import metadata
from services.civil_affairs.records.named_members import Members, Persons, meant, nameless
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, DivisionCode, Money
from shared.procedures import CaseContent, CaseType, case_table
from shared.records import Subject
from shared.records.fields import DocumentNumber

FocusGroups = Annotated[
    tuple[Annotated[str, CodeOf("dibao_focus_group")], ...],
    Field(max_length=50, description="the key group of each key person, one code a person, the highest where several"),
]
HighestPersons = Annotated[
    int, Field(ge=0, le=50, description="severely disabled, unable to care for themselves, living on family support")
]

IN_FORCE = frozenset({"in_force", "phasing_out"})
"""Stages of a case in which the household is in dibao."""


class DibaoCase(CaseContent):
    """One case as it stands now; the steps tell how it came to that."""

    scope: Annotated[str, CodeOf("dibao_scope")] = "household"
    person_id: UUID | None = Field(default=None, description="whom single-person dibao is for")
    village: DivisionCode | None = Field(default=None, description="where the family lives, if the registry has it not")
    track: Annotated[str, CodeOf("dibao_track")] = "ordinary"
    visited_on: BusinessDate | None = None
    compared_on: BusinessDate | None = None
    persons: Persons
    members: Members = ()
    per_capita_income: Money | None = Field(default=None, description="per person and year, without dibao, as checked")
    property_within_rule: bool | None = None
    dibao_class: Annotated[str, CodeOf("dibao_class")] | None = None
    method: Annotated[str, CodeOf("dibao_method")] | None = None
    focus_groups: FocusGroups = ()
    highest_persons: HighestPersons = 0
    monthly_amount: Money = Field(default=Decimal("0.00"), description="yuan a month, all persons together")
    certificate_number: DocumentNumber | None = None
    granted_on: BusinessDate | None = Field(default=None, description="the first day in force")
    reviewed_on: BusinessDate | None = Field(default=None, description="the last check of income and property")
    ended_on: BusinessDate | None = Field(default=None, description="the first day without it")
    end_reason: Annotated[str, CodeOf("assistance_end_reason")] | None = None

    @property
    def names_somebody(self) -> bool:
        """Whether the case says whom it is for; else it is for all of the household, or it is not known for whom."""
        return self.person_id is not None or bool(self.members)

    def awarded(self, present: Collection[UUID]) -> tuple[UUID, ...]:
        """Who of the household's present members is in dibao by this case, in their order; nobody where the case, made
        before the household was known, does not say for whom."""
        if self.person_id is not None:
            return tuple(one for one in present if one == self.person_id)
        return meant(self.members, self.persons, present)

    def nameless(self, present: Collection[UUID]) -> int | None:
        """How many of them are in dibao by this case where it does not say who; None: it does."""
        return None if self.person_id is not None else nameless(self.members, self.persons, present)


DIBAO_CASES = CaseType(
    name="dibao-cases",
    title=Label("低保办理", "Dibao cases"),
    subject=Subject.HOUSEHOLD,
    table=case_table(
        metadata,
        "dibao_case",
        Column("scope", Text, nullable=False),
        Column("person_id", ID),
        Column("village", Text),
        Column("track", Text, nullable=False),
        Column("visited_on", Date),
        Column("compared_on", Date),
        Column("persons", SmallInteger, nullable=False),
        Column("members", ARRAY(ID), nullable=False),
        Column("per_capita_income", Numeric(14, 2)),
        Column("property_within_rule", Boolean),
        Column("dibao_class", Text),
        Column("method", Text),
        Column("focus_groups", ARRAY(Text), nullable=False),
        Column("highest_persons", SmallInteger, nullable=False),
        Column("monthly_amount", Numeric(14, 2), nullable=False),
        Column("certificate_number", Text),
        Column("granted_on", Date),
        Column("reviewed_on", Date),
        Column("ended_on", Date),
        Column("end_reason", Text),
    ),
    schema=DibaoCase,
    natural_key=("scope", "person_id"),
    stated_place="village",
    names_members=("person_id", "members"),
    filters=("scope", "dibao_class", "track", "end_reason"),
    source="D21, M09, M11, Y54, Y55, Y57, Y71, H07, H37",
)
