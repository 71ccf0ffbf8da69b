"""What each step of a dibao case is given (D21, Y54; practice B.9)."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.civil_affairs.procedures.common import Authorised, Decision, EndReason
from services.civil_affairs.records.dibao_cases import FocusGroups, HighestPersons
from services.civil_affairs.records.named_members import Members, Persons
from shared.codes import CodeOf
from shared.identity import BusinessDate, DivisionCode, Money, NoteText
from shared.records.fields import Content, DocumentNumber, StaffName


class Protected(Content):
    """保障对象: how many persons are to be protected and, unless all who live in the household are, who."""

    persons: Persons
    members: Members = ()


class Application(Protected):
    """申请: who asks for dibao, and that they authorise the check of their income and property."""

    scope: Annotated[str, CodeOf("dibao_scope")] = "household"
    person_id: UUID | None = None
    village: DivisionCode | None = None
    track: Annotated[str, CodeOf("dibao_track")] = "ordinary"
    authorised: Authorised


class HomeVisit(Protected):
    """入户调查: what the officials found at the family's home."""

    visitors: tuple[StaffName, ...] = Field(min_length=1, max_length=10, description="who visited")
    per_capita_income: Money
    property_within_rule: bool
    circumstances: NoteText | None = None


class DataComparison(Content):
    """信息核对: which sources were asked, and which of them contradict the family's statement (D22, M47)."""

    sources: tuple[Annotated[str, CodeOf("check_source")], ...] = Field(min_length=1, max_length=20)
    check_entry: int | None = Field(
        default=None, ge=1, description="entry of the economic check that was asked, as it was answered"
    )
    contradicting: tuple[Annotated[str, CodeOf("check_source")], ...] = Field(default=(), max_length=20)
    per_capita_income: Money
    property_within_rule: bool
    circumstances: NoteText | None = None


class Extension(Content):
    """情况复杂: why the check takes longer; the limit of difficult cases then holds, from the application on."""

    note: NoteText


class Circumstances(Protected):
    """What the award depends on, as checked."""

    per_capita_income: Money
    property_within_rule: bool
    dibao_class: Annotated[str, CodeOf("dibao_class")]
    method: Annotated[str, CodeOf("dibao_method")] = "difference"
    focus_groups: FocusGroups = ()
    highest_persons: HighestPersons = 0


class Assessment(Circumstances, Decision):
    """审核: the township's finding after both checks."""


class PeriodicReview(Circumstances):
    """定期复核: the same questions again, and what comes of it."""

    outcome: Annotated[str, CodeOf("review_outcome")]
    end_reason: EndReason | None = None
    note: NoteText | None = None


class Change(Circumstances):
    """调整: persons, income or key groups changed between two reviews."""

    note: NoteText


class TakenOver(Circumstances):
    """An award that another system has granted, as it stands there."""

    scope: Annotated[str, CodeOf("dibao_scope")] = "household"
    person_id: UUID | None = None
    village: DivisionCode | None = None
    property_within_rule: bool = True
    monthly_amount: Money
    certificate_number: DocumentNumber
    granted_on: BusinessDate
    reviewed_on: BusinessDate
