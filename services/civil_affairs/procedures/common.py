"""What the procedures of social assistance have in common: who acts, a decision with its reason, days in order."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Protocol, TypeVar
from uuid import UUID

from pydantic import Field

from shared.codes import CodeOf
from shared.identity import BusinessDate, NoteText
from shared.procedures import DEPARTMENT_SYSTEM, DISTRICT_OFFICER, TOWNSHIP_OFFICER, VILLAGE_OFFICER, StepContext
from shared.procedures.terms import months_after
from shared.records.fields import Content, DocumentNumber
from shared.service.problems import FieldError

ANYONE_NEAR = (VILLAGE_OFFICER, TOWNSHIP_OFFICER, DEPARTMENT_SYSTEM)
"""Who takes applications in, and objections."""
TOWNSHIP = (TOWNSHIP_OFFICER, DEPARTMENT_SYSTEM)
DISTRICT = (DISTRICT_OFFICER, DEPARTMENT_SYSTEM)
TOWNSHIP_OR_DISTRICT = (TOWNSHIP_OFFICER, DISTRICT_OFFICER, DEPARTMENT_SYSTEM)
"""民发〔2021〕57号: a county may hand the confirmation down to its townships."""

EndReason = Annotated[str, CodeOf("assistance_end_reason")]


class Decision(Content):
    """Whether an application goes on; who refuses says why."""

    decision: Annotated[str, CodeOf("assistance_decision")]
    refusal_reason: Annotated[str, CodeOf("assistance_refusal")] | None = None
    note: NoteText | None = None


class Confirmation(Decision):
    """确认: after the posting."""

    certificate_number: DocumentNumber | None = None
    granted_on: BusinessDate | None = None


class End(Content):
    """Why assistance ends, and the first day without it."""

    end_reason: EndReason
    ended_on: BusinessDate
    note: NoteText | None = None


class _Granted(Protocol):
    granted_on: date | None


Given = TypeVar("Given", bound=Content)


def as_it_stands(given: Given, context: StepContext) -> Given:
    """What is given, and what it leaves out as the case has it: that is what the case will say after the step."""
    kept = {
        name: value
        for name in type(given).model_fields.keys() - given.model_fields_set
        if (value := getattr(context.case, name, None)) is not None
    }
    return given.model_copy(update=kept)


def refused_with_reason(decision: Decision, context: StepContext) -> Iterator[FieldError]:
    if decision.decision == "refuse" and decision.refusal_reason is None:
        yield FieldError("/refusal_reason", "refusal_reason_required")
    if decision.decision == "accept" and decision.refusal_reason is not None:
        yield FieldError("/refusal_reason", "reason_without_refusal")


def accepted_names_award(confirmation: Confirmation, context: StepContext) -> Iterator[FieldError]:
    """A confirmed award has a certificate and a first day, soon: one that begins by a slip in 2062 runs for nobody, and
    is missed by nobody."""
    if confirmation.decision != "accept":
        return
    for field in ("certificate_number", "granted_on"):
        if getattr(confirmation, field) is None:
            yield FieldError(f"/{field}", "required_when_accepted")
    granted: date | None = confirmation.granted_on
    if granted is not None and granted < context.case.opened_on:
        yield FieldError("/granted_on", "days_out_of_order", {"earlier": "opened_on"})
    months = context.policy.whole("civil_affairs.award_begins_months")
    too_late = months_after(context.taken_on.replace(day=1), months + 1)
    if granted is not None and granted >= too_late:
        yield FieldError("/granted_on", "award_begins_too_late", {"too_late": too_late.isoformat()})


def ended_after_grant(end: End, context: StepContext) -> Iterator[FieldError]:
    """It ends at some day of its life, and is not ended ahead; what has not begun yet may end where it would begin."""
    case: _Granted = context.case
    if case.granted_on is not None and end.ended_on < case.granted_on:
        yield FieldError("/ended_on", "days_out_of_order", {"earlier": "granted_on"})
    if end.ended_on > context.today and end.ended_on != case.granted_on:
        yield FieldError("/ended_on", "day_in_future", {"today": context.today.isoformat()})


def first_day_without(context: StepContext) -> date:
    """Of what a review ends: the day of the review, or the day it would have begun."""
    case: _Granted = context.case
    return max(context.taken_on, case.granted_on or context.taken_on)


def living_in(context: StepContext) -> tuple[UUID, ...]:
    return () if context.household is None else tuple(one.member_id for one in context.household.members)


def named_fit(named: Sequence[UUID], persons: int, context: StepContext) -> Iterator[FieldError]:
    """Each is named once, they are as many as the persons it is for, and live in the household, if that is known."""
    lives_there = living_in(context)
    counts = {"persons": persons, "named": len(set(named)), "members": len(lives_there)}
    if len(named) != persons or counts["named"] < len(named):
        yield FieldError("/members", "members_are_not_persons", counts)
    elif context.household is not None and not set(lives_there).issuperset(named):
        yield FieldError("/members", "not_of_household")


def village_if_unknown(evidence: object, context: StepContext) -> Iterator[FieldError]:
    """SYS03: a family that the registry does not know needs a place, so that it is found by the lists."""
    if context.household is None and getattr(evidence, "village", None) is None:
        yield FieldError("/village", "village_required")


def taken_up_in_order(evidence: object, context: StepContext) -> Iterator[FieldError]:
    """What is taken over has begun by then, and was last reviewed after that."""
    granted_on: date | None = getattr(evidence, "granted_on", None)
    reviewed_on: date | None = getattr(evidence, "reviewed_on", None)
    for field, day in (("granted_on", granted_on), ("reviewed_on", reviewed_on)):
        if day is not None and day > context.taken_on:
            yield FieldError(f"/{field}", "day_after_step", {"taken_on": context.taken_on.isoformat()})
    if granted_on is not None and reviewed_on is not None and reviewed_on < granted_on:
        yield FieldError("/reviewed_on", "days_out_of_order", {"earlier": "granted_on"})


def as_decided(accepted: str) -> "AsDecided":
    return AsDecided(accepted)


class AsDecided:
    """The stage a decision leads to: the one named, or `refused`."""

    def __init__(self, accepted: str) -> None:
        self._accepted = accepted

    def __call__(self, decision: Decision, context: StepContext) -> str:
        return self._accepted if decision.decision == "accept" else "refused"


Authorised = Annotated[
    bool, Field(description="授权书: the family authorises the query of its income and property (practice B.9)")
]


def authorised(application: object, context: StepContext) -> Iterator[FieldError]:
    """Without the family's authorisation nothing may be queried."""
    if not getattr(application, "authorised", False):
        yield FieldError("/authorised", "authorisation_required")
