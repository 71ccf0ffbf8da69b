"""Whether a step may be taken: by this caller, from this stage, on this day. Each check raises the Problem it finds."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from shared.auth import Principal
from shared.procedures.commands import StepCommand, Taker
from shared.procedures.declaration import Kind, Procedure, Stage, Step
from shared.procedures.refusals import (
    FourEyes,
    ObjectionNotOpen,
    ObjectionOpen,
    PostingRunning,
    StepNotOpen,
    StepNotYours,
)
from shared.service.problems import FieldError, Unprocessable


def may_take(step: Step, principal: Principal, service: str, division: str | None) -> bool:
    return any(actor.acts(principal, service, division) for actor in step.by)


def check_caller(command: StepCommand, service: str, division: str | None) -> None:
    """Role, department and area; and that a system, and nobody else, names for whom it records."""
    step, principal, behalf = command.step, command.principal, command.on_behalf_of
    acting = [actor for actor in step.by if actor.acts(principal, service, division)]
    if not acting:
        raise StepNotYours.of(step.label, step.by)
    if any(not actor.system for actor in acting):
        if behalf is not None:
            raise Unprocessable(errors=[FieldError("/on_behalf_of", "on_behalf_refused")])
    elif behalf is None:
        if step.officials:
            example = {"example": step.officials[0]}
            raise Unprocessable(errors=[FieldError("/on_behalf_of", "on_behalf_missing", example)])
    elif behalf.role not in step.officials:
        fault = FieldError("/on_behalf_of/role", "on_behalf_role", {"allowed": list(step.officials)})
        raise Unprocessable(errors=[fault])


def check_four_eyes(command: StepCommand, taken: Collection[tuple[str, Taker]]) -> None:
    """Another one's eyes: who took a step named in `not_by` (`taken`: the steps of the case with their takers) does not
    take this one, neither himself nor by a system that records for him."""
    own = [name for name in command.step.not_by if (name, command.taker) in taken]
    if own:
        labels = [command.procedure.step(name).label for name in own]
        raise FourEyes(params={"step": command.step.label, "taken": labels, "steps": own})


def check_day(taken_on: date, *, last: object, today: date) -> None:
    """Not in the future, not before the step before (an ISO date; None at an opening)."""
    if taken_on > today:
        raise Unprocessable(errors=[FieldError("/taken_on", "step_in_future", {"today": today.isoformat()})])
    if last is not None and taken_on.isoformat() < str(last):
        raise Unprocessable(errors=[FieldError("/taken_on", "step_before_last", {"last": str(last)})])


def check_stage(command: StepCommand, case: Mapping[str, object], undecided: Collection[UUID]) -> Stage:
    """The stage that the case stands at, when the step may be taken there and no objection stops it."""
    procedure, step = command.procedure, command.step
    stage = procedure.stage[str(case["stage"])]
    if stage.name not in step.from_:
        raise StepNotOpen(
            params={
                "step": step.name,
                "stage": stage.name,
                "since": case["stage_since"],
                "step_label": step.label,
                "stage_label": stage.label,
                "open_steps": [one.name for one in open_steps(procedure, case)],
            }
        )
    if step.kind is Kind.DECISION and command.decides not in undecided:
        raise ObjectionNotOpen
    if is_stopped(step, case):
        raise ObjectionOpen(params={"count": case["open_objections"]})
    return stage


def check_posting(command: StepCommand, case: Mapping[str, object]) -> None:
    """The posting has run by the step's business day."""
    ready = case["ready_on"]
    if ready is not None and not command.step.during_posting and command.taken_on.isoformat() < str(ready):
        since, until = date.fromisoformat(str(case["stage_since"])), date.fromisoformat(str(ready))
        raise PostingRunning(
            params={
                "since": since.isoformat(),
                "until": until.isoformat(),
                "days": (until - since).days,
                "taken_on": command.taken_on.isoformat(),
            }
        )


def open_steps(procedure: Procedure, case: Mapping[str, object]) -> list[Step]:
    """The steps that leave the case's stage or stay in it, in their declared order; a decision if there is anything to
    decide."""
    undecided = bool(case["open_objections"])
    return [
        one
        for one in procedure.later.values()
        if case["stage"] in one.from_ and (undecided or one.kind is not Kind.DECISION)
    ]


def is_stopped(step: Step, case: Mapping[str, object]) -> bool:
    """Whether an undecided objection stops the step."""
    return bool(case["open_objections"]) and not step.despite_objection
