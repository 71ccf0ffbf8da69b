"""What each step of temporary relief is given, and its rules (Y65; 国发〔2014〕47号)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated

from services.civil_affairs.procedures.common import Decision, as_it_stands, named_fit
from services.civil_affairs.records.named_members import Members, Persons
from shared.codes import CodeOf
from shared.identity import BusinessDate, DivisionCode, Money, NoteText
from shared.procedures import StepContext
from shared.records.fields import Content
from shared.service.problems import FieldError

_MONTHS = 12


class Application(Content):
    """The event, how many persons are in need and, unless all who live in the household are, who."""

    village: DivisionCode | None = None
    event: Annotated[str, CodeOf("relief_event")]
    event_on: BusinessDate
    persons: Persons
    members: Members = ()
    circumstances: NoteText | None = None


class Help(Content):
    """What was given."""

    form: Annotated[str, CodeOf("relief_form")] = "cash"
    amount: Money


class HelpFirst(Application, Help):
    """先行救助: the event and the help given at once; the formalities follow."""


class Verification(Decision):
    """核实: whether the event is as told."""


class Approval(Decision):
    """审批: how much is given; a refusal needs no amount."""

    form: Annotated[str, CodeOf("relief_form")] = "cash"
    amount: Money = Decimal("0.00")


def event_has_been(application: Application, context: StepContext) -> Iterator[FieldError]:
    """Nobody is helped for an event to come."""
    if application.event_on > context.taken_on:
        yield FieldError("/event_on", "day_after_step", {"taken_on": context.taken_on.isoformat()})


def those_in_need(application: Application, context: StepContext) -> Iterator[FieldError]:
    """Who is named is in need and lives there; in a hurry nobody need be named."""
    if application.members:
        yield from named_fit(application.members, application.persons, context)


def help_worth(help_given: HelpFirst, context: StepContext) -> Iterator[FieldError]:
    yield from _within_highest(help_given.amount, help_given.persons, context)
    yield from _worth(help_given)


def amount_within_rule(approval: Approval, context: StepContext) -> Iterator[FieldError]:
    if approval.decision == "accept":
        yield from _within_highest(approval.amount, context.case.persons, context)
        yield from _worth(as_it_stands(approval, context))


def within_approval(help_given: Help, context: StepContext) -> Iterator[FieldError]:
    """What is given is what was approved, or less, and is worth something."""
    yield from _worth(as_it_stands(help_given, context))
    if help_given.amount > context.case.amount:
        yield FieldError("/amount", "relief_above_approved", {"approved": str(context.case.amount)})


def formalities_accept(verification: Verification, context: StepContext) -> Iterator[FieldError]:
    """Help that was given cannot be refused; what was wrong with it is written down."""
    if verification.decision != "accept":
        yield FieldError("/decision", "already_helped")


def helped_at_once(help_given: HelpFirst, context: StepContext) -> Mapping[str, object]:
    return {"path": "urgent", "helped_on": context.taken_on}


def helped(help_given: Help, context: StepContext) -> Mapping[str, object]:
    return {"helped_on": context.taken_on}


def _within_highest(amount: Decimal, persons: int, context: StepContext) -> Iterator[FieldError]:
    """So many monthly standards a person at most."""
    standard = context.policy.number("civil_affairs.dibao_standard") / _MONTHS
    multiple = context.policy.number("civil_affairs.relief_highest_multiple")
    highest = (standard * multiple * persons).quantize(Decimal("0.01"))
    if amount > highest:
        yield FieldError("/amount", "relief_above_highest", {"highest": str(highest)})


def _worth(help_given: Help | Approval) -> Iterator[FieldError]:
    """Money and goods have a value; who is sent on to other help is given none."""
    if help_given.form != "referral" and help_given.amount == 0:
        yield FieldError("/amount", "help_without_amount")
