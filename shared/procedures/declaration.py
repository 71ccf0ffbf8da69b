"""A procedure, declared once: its stages, its steps, who takes them, what stops them.

DIBAO = Procedure(
    cases=DIBAO_CASES,
    stages=(
        Stage("applied", Label("已受理", "Applied"), due=Term("civil_affairs.dibao_limit", Unit.WORKING_DAY)),
        Stage("posted", Label("公示中", "Posted"), posting=Term("civil_affairs.dibao_posting")),
        Stage("in_force", Label("享受中", "In force"), lasting=True, due=Term("…months", Unit.MONTH, by="kind")),
        Stage("refused", Label("不予确认", "Refused"), final=True),
        Stage("withdrawn", Label("已撤回", "Withdrawn"), final=True),
    ),
    steps=(
        Step("apply", Label("申请", "Apply"), (VILLAGE_OFFICER,), to="applied", evidence=…, kind=Kind.OPENING),
        Step("post", Label("公示", "Post"), (TOWNSHIP_OFFICER,), ("applied",), "posted", rules=(…,)),
        Step("confirm", Label("确认", "Confirm"), (TOWNSHIP_OFFICER,), ("posted",), Choice((…), decided)),
    ),
    objections=Objections(("posted",), by=(VILLAGE_OFFICER,), decided_by=(TOWNSHIP_OFFICER,), upheld="applied"),
    withdrawal=Withdrawal(by=(VILLAGE_OFFICER,), to="withdrawn"),
    void_by=(DISTRICT_OFFICER,),
)
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from shared.codes import Label
from shared.policy import PolicyView
from shared.procedures.actors import Actor
from shared.procedures.cases import KERNEL_FIELDS, CaseType
from shared.procedures.evidence import (
    ENVELOPE,
    DecisionOnObjection,
    NoEvidence,
    Objection,
    WithdrawalReason,
    hides_identifier,
)
from shared.procedures.terms import Term
from shared.records import RuleContext
from shared.records.declaration import plain_type
from shared.records.subjects import FIELDS_OF
from shared.service.problems import FieldError

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_TAKEN_NAMES = frozenset({"batch", "search", "void", "waiting", "steps", "history"})


DueFunction = Callable[[Mapping[str, object], PolicyView], date | None]
"""The day that a stage is due, from the case as JSON values and the policy of the place and the day's year."""


class Kind(StrEnum):
    OPENING = "opening"
    STEP = "step"
    OBJECTION = "objection"
    DECISION = "decision"
    """Of an objection: upheld or dismissed."""
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class StepContext(RuleContext):
    """What rules, choices and settings of a step may look at, beside the evidence: the case before the step (None at an
    opening), as the declared schema, and the business day of the step. `policy` is that of the place and of that day's
    year. Written as an addition to `RuleContext`, so that row rules of records serve for evidence too."""

    case: Any
    taken_on: date


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a case stands between two steps.

    `posting` is the shortest public posting: no step leaves the stage before its end, except those declared
    `during_posting`. `due` says when the stage is late: a term, or a pure function.
    A `lasting` stage (aid in force) waits for nobody before its due day comes. A `final` one ends the case.
    """

    name: str
    label: Label
    posting: Term | None = None
    due: Term | DueFunction | None = None
    lasting: bool = False
    final: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The stage that a step leads to, chosen by a pure function of (evidence, StepContext) among `stages`."""

    stages: tuple[str, ...]
    by: Callable[..., str]


@dataclass(frozen=True, eq=False)
class Step:
    """One thing that somebody does to a case.

    `to` is the stage it leads to; the stage it is already in starts it anew (its days, its posting, its due day);
    None leaves the case where it is, with its days. `evidence` is the schema of what the caller gives: values go into
    the case's fields of the same name, and all of it is kept with the step. `rules` are row rules over (evidence,
    StepContext); `sets` is a pure function of the same that gives values of further fields of the case (an amount by
    the standard), never of the kernel's. `awaited=False`: nobody is told that the case waits for this step. `not_by`
    names steps: who has taken one of them in the case does not take this one (four eyes).
    """

    name: str
    label: Label
    by: tuple[Actor, ...]
    from_: tuple[str, ...] = ()
    to: str | Choice | None = None
    evidence: type[BaseModel] = NoEvidence
    rules: tuple[Callable[..., Iterator[FieldError]], ...] = ()
    sets: Callable[..., Mapping[str, object]] | None = None
    kind: Kind = Kind.STEP
    during_posting: bool = False
    despite_objection: bool = False
    awaited: bool = True
    not_by: tuple[str, ...] = ()
    source: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        if isinstance(self.to, Choice):
            return self.to.stages
        return () if self.to is None else (self.to,)

    @property
    def officials(self) -> tuple[str, ...]:
        """The roles that a system may name in `on_behalf_of`."""
        return tuple(actor.role for actor in self.by if not actor.system)


@dataclass(frozen=True, slots=True)
class Objections:
    """In `stages` anybody may object through those named in `by`; while one is undecided, steps are refused unless
    declared `despite_objection`. Upheld: the case goes to `upheld`. Dismissed: it goes on, and with `posting_anew` the
    stage starts again."""

    stages: tuple[str, ...]
    by: tuple[Actor, ...]
    decided_by: tuple[Actor, ...]
    upheld: str
    posting_anew: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The applicant withdraws: from the stages named, or (none named) from every open one that is not lasting."""

    by: tuple[Actor, ...]
    to: str
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Procedure:
    """The whole of it. Raises TypeError for a declaration that contradicts itself."""

    cases: CaseType
    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]
    void_by: tuple[Actor, ...]
    objections: Objections | None = None
    withdrawal: Withdrawal | None = None

    def __post_init__(self) -> None:
        for fault in self._faults():
            raise TypeError(f"{self.name}: {fault}")
        self.cases.__dict__["_stages"] = tuple(self.stage)

    @property
    def name(self) -> str:
        return self.cases.name

    @cached_property
    def stage(self) -> dict[str, Stage]:
        return {one.name: one for one in self.stages}

    @cached_property
    def openings(self) -> dict[str, Step]:
        """The opening steps by name; the first declared is the one that a post without `step` takes."""
        return {one.name: one for one in self.steps if one.kind is Kind.OPENING}

    @cached_property
    def later(self) -> dict[str, Step]:
        """All other steps by name, with those that objections and withdrawal bring."""
        return {one.name: one for one in (*self.steps, *self._brought()) if one.kind is not Kind.OPENING}

    def step(self, name: str) -> Step:
        """The step of a name, an opening or a later one."""
        return self.openings.get(name) or self.later[name]

    def _brought(self) -> Iterator[Step]:
        moving = tuple(one.name for one in self.stages if not one.final)
        if (objections := self.objections) is not None:
            yield Step(
                "object", Label("提出异议", "Object"), objections.by, objections.stages, evidence=Objection,
                kind=Kind.OBJECTION, during_posting=True, despite_objection=True, awaited=False,
            )  # fmt: skip
            yield Step(
                "decide_objection", Label("处理异议", "Decide an objection"), objections.decided_by, moving,
                Choice((objections.upheld,), lambda *_: objections.upheld), DecisionOnObjection,
                kind=Kind.DECISION, during_posting=True, despite_objection=True,
            )  # fmt: skip
        if (withdrawal := self.withdrawal) is not None:
            leaving = withdrawal.stages or tuple(one.name for one in self.stages if not one.final and not one.lasting)
            yield Step(
                "withdraw", Label("撤回申请", "Withdraw"), withdrawal.by, leaving, withdrawal.to, WithdrawalReason,
                kind=Kind.WITHDRAWAL, during_posting=True, despite_objection=True, awaited=False,
            )  # fmt: skip

    def _faults(self) -> Iterator[str]:
        steps = [*self.steps, *self._brought()]
        names = [*(one.name for one in self.stages), *(one.name for one in steps)]
        if len({one.name for one in self.stages}) < len(self.stages) or len({one.name for one in steps}) < len(steps):
            yield "two stages or two steps have one name"
        if bad := [name for name in names if not _CODE.fullmatch(name) or name in _TAKEN_NAMES]:
            yield f"no names of stages or steps: {bad}"
        if not self.openings:
            yield "no opening step"
        for step in steps:
            yield from self._faults_of(step)
            if strangers := set(step.not_by) - {one.name for one in steps if one is not step}:
                yield f"step {step.name}: no such other steps: {sorted(strangers)}"
        fields = set(self.cases.schema.model_fields)
        for term in (term for stage in self.stages for term in (stage.posting, stage.due) if isinstance(term, Term)):
            if missing := {term.since, *([term.by] if term.by else [])} - fields:
                yield f"no such fields of the case: {sorted(missing)}"

    def _faults_of(self, step: Step) -> Iterator[str]:
        open_stages = {one.name for one in self.stages if not one.final}
        opening = step.kind is Kind.OPENING
        if unknown := (set(step.from_) - open_stages) | (set(step.targets) - self.stage.keys()):
            yield f"step {step.name}: no such stages: {sorted(unknown)} (a final stage is left by no step)"
        if opening != (not step.from_) or (opening and step.to is None):
            yield f"step {step.name}: an opening leads to a stage, every other step comes from one"
        if not step.by or (any(actor.system for actor in step.by) and not step.officials and not opening):
            yield f"step {step.name}: someone must take it; a system only records for officials"
        case = self.cases.schema.model_fields
        for name, info in step.evidence.model_fields.items():
            if name in KERNEL_FIELDS | ENVELOPE | FIELDS_OF[self.cases.subject].model_fields.keys():
                yield f"step {step.name}: the field {name} belongs to the kernel"
            if hides_identifier(info.annotation):
                yield f"step {step.name}: a personal identifier is a field of the evidence itself, not inside {name}"
            held = case.get(name)
            if held is None:
                continue
            if not _fits(plain_type(info.annotation), plain_type(held.annotation)):
                yield f"step {step.name}: {name} has another type than in the case"
            if name in self.cases.natural_key and not opening:
                yield f"step {step.name}: {name} tells one case from another and cannot change"
        needed = {name for name, info in case.items() if info.is_required()} - KERNEL_FIELDS
        if opening and step.sets is None and (missing := needed - step.evidence.model_fields.keys()):
            yield f"step {step.name}: the case needs {sorted(missing)}"


def _fits(given: object, held: object) -> bool:
    """Whether a value of one annotation can stand in a field of the other: equal, or that or nothing."""
    return given == held or given in getattr(held, "__args__", ()) or held in getattr(given, "__args__", ())
