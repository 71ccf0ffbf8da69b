"""Decide, in memory, what a step makes of its case."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import orjson
from pydantic import ValidationError

from shared.auth import Principal
from shared.clock import Clock
from shared.database import uuid7
from shared.identity import NATION
from shared.policy import PolicyStore, PolicyView, UnknownParameter
from shared.procedures.cases import KERNEL_FIELDS
from shared.procedures.checks import check_caller, check_day, check_four_eyes, check_posting, check_stage
from shared.procedures.commands import OBJECTIONS_BY, StepCommand, StepTaken, Taker
from shared.procedures.declaration import Choice, DueFunction, Kind, Stage, StepContext
from shared.procedures.evidence import DecisionOnObjection
from shared.procedures.refusals import CaseKnown, CaseOpen
from shared.procedures.terms import Term
from shared.records.checking import PolicyMissing, member_of
from shared.records.commands import Accepted
from shared.records.decision import Decision, Place
from shared.records.declaration import RecordType
from shared.records.rules import Rule, not_before_birth
from shared.records.schemas import HistoryAction, RecordState
from shared.records.subjects import Subject
from shared.records.voiding import AlreadyVoided
from shared.roster.models import RosterHousehold
from shared.service.problems import NotFound, OutOfArea, PreconditionFailed, Unprocessable
from shared.service.validation import field_errors

Content = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands, its fields as JSON values (none before its opening); `unmatched` is hex, as PostgreSQL
    reads it."""

    id: UUID
    place: Place
    natural_key: str
    unmatched: str | None = None
    unmatched_hash: str | None = None
    revision: int = 0
    recorded_by: str = ""
    voided_at: datetime | None = None
    content: Content = field(default_factory=dict)

    def visible(self, principal: Principal) -> bool:
        if self.place.division is None:
            return self.recorded_by == principal.subject
        return principal.covers(self.place.division)


class StepDecider:
    """Decides the steps of one transaction, in their order; refusals are raised as Problems.

    `households` are those locked for it, `held` the current cases by natural key, `undecided` the open objections of
    each case, `takers` who took which step of it, as far as steps of this transaction ask for them. What is to be
    stored gathers in `decisions` and `taken`.
    """

    def __init__(
        self,
        *,
        service: str,
        policies: PolicyStore,
        clock: Clock,
        households: Mapping[UUID, RosterHousehold],
        held: dict[tuple[RecordType, str], UUID],
        undecided: dict[UUID, set[UUID]],
        takers: defaultdict[UUID, set[tuple[str, Taker]]],
    ) -> None:
        self._service = service
        self._policy = policies.current
        self._now = clock.now()
        self._today = clock.today()
        self._households = households
        self._held = held
        self._undecided = undecided
        self._takers = takers
        self.decisions: list[Decision] = []
        self.taken: list[StepTaken] = []

    def open(self, command: StepCommand, case: Case) -> tuple[Case, Accepted]:
        """Open a case at its place, unless the subject has an open one."""
        if case.place.division is not None and not command.principal.covers(case.place.division):
            raise OutOfArea
        check_caller(command, self._service, case.place.division)
        held = self._held.get((command.record_type, case.natural_key))
        if held is not None:
            raise CaseOpen(params={"case_id": str(held)})
        check_day(command.taken_on, last=None, today=self._today)
        return self._take(command, case)

    def take(self, command: StepCommand, case: Case | None) -> tuple[Case, Accepted]:
        """Take a step on a case; None when there is none of that id."""
        if case is None or not case.visible(command.principal):
            raise NotFound
        if case.voided_at is not None:
            raise AlreadyVoided
        check_caller(command, self._service, case.place.division)
        if command.expected_revision not in (None, case.revision):
            raise PreconditionFailed(params={"revision": case.revision})
        check_stage(command, case.content, self._undecided.get(case.id, ()))
        check_four_eyes(command, self._takers[case.id])
        check_day(command.taken_on, last=case.content["last_step_on"], today=self._today)
        check_posting(command, case.content)
        return self._take(command, case)

    def _take(self, command: StepCommand, case: Case) -> tuple[Case, Accepted]:
        """The step is allowed: its rules, then what it makes of the case."""
        household = self._households.get(case.place.household_id) if case.place.household_id else None
        schema = command.procedure.cases.stored_adapter
        context = StepContext(
            household=household,
            member=member_of(household, case.place.member_id),
            policy=self._policy.at(area=case.place.division or NATION, year=command.taken_on.year),
            today=self._today,
            case=schema.validate_python(dict(case.content)) if case.content else None,
            taken_on=command.taken_on,
        )
        try:
            if errors := [fault for rule in _rules(command) for fault in rule(command.record, context)]:
                raise Unprocessable(errors=errors)
            content = self._content(command, case.content, context)
        except UnknownParameter as missing:
            raise PolicyMissing(params={"key": missing.key, "year": command.taken_on.year}) from None
        return self._becomes(command, case, content)

    def _content(self, command: StepCommand, before: Content, context: StepContext) -> Content:
        """The case's fields after the step."""
        step, cases, day = command.step, command.procedure.cases, command.taken_on.isoformat()
        given = command.record.model_fields_set if before else step.evidence.model_fields.keys()
        named = given & step.evidence.model_fields.keys() & cases.schema.model_fields.keys()
        after = {"opened_on": day, "open_objections": 0, **before}
        after |= command.record.model_dump(mode="json", include=named)
        after["last_step_on"] = day
        after["open_objections"] = int(str(after["open_objections"])) + OBJECTIONS_BY.get(step.kind, 0)
        if step.sets is not None:
            values = step.sets(command.record, context)
            if own := KERNEL_FIELDS & values.keys():
                raise TypeError(f"step {step.name} sets what the kernel keeps: {sorted(own)}")
            after |= values
        stage = _target(command, context)
        if stage is not None:
            after |= _entered(after, stage, taken_on=command.taken_on, recorded_on=context.today, policy=context.policy)
        try:
            # Once through the schema: defaults filled in, values in their one canonical form.
            return cases.content(cases.content_adapter.validate_json(orjson.dumps(after, default=str)))
        except ValidationError as error:
            raise Unprocessable(errors=field_errors(error)) from None

    def _becomes(self, command: StepCommand, before: Case, content: Content) -> tuple[Case, Accepted]:
        cases, opening = command.procedure.cases, not before.content
        closed_key = cases.closed_key(before.natural_key, content, before.id)
        known = self._held.get((cases, closed_key), before.id)
        if known != before.id:
            raise CaseKnown(params={"case_id": str(known), "number": cases.file_number_of(content) or ""})
        key = before.natural_key if content["closed_on"] is None else closed_key
        self._held[cases, key] = before.id
        after = Case(
            id=before.id,
            place=before.place,
            natural_key=key,
            unmatched=before.unmatched,
            unmatched_hash=before.unmatched_hash,
            revision=before.revision + 1,
            recorded_by=command.principal.subject,
            content=content,
        )
        taken = StepTaken(
            uuid7(), command, after.id, after.revision, before.content, content, self._now, recorded_on=self._today
        )
        self.taken.append(taken)
        self._takers[after.id].add((command.step.name, command.taker))
        self._count_objection(command, after.id, taken.id)
        meta = self._meta(command, after)
        waiting = {"natural_key": key, "unmatched": after.unmatched, "unmatched_hash": after.unmatched_hash}
        self.decisions.append(
            Decision(
                record_type=cases,
                row={**meta, **waiting, **content},
                action=HistoryAction.CREATE if opening else HistoryAction.STEP,
                before=None if opening else dict(before.content),
                after=dict(content),
                principal=command.principal.subject,
                source_system=command.principal.source_system,
                request_id=command.request_id,
                place=after.place,
                record=cases.stored_adapter.validate_python(dict(content)),
                recorded_at=self._now,
                reason=command.step.name,
            )
        )
        state = RecordState.MATCHED if after.unmatched_hash is None else RecordState.UNMATCHED
        head = {"record_type": cases.name, "state": state, "business_date": content["opened_on"]}
        return after, Accepted(
            status=201 if opening else 200,
            id=after.id,
            revision=after.revision,
            state=state,
            household_id=after.place.household_id,
            document=lambda: {**head, **meta, **content, "step_id": str(taken.id)},
            changed=True,
            more={"stage": content["stage"], "step_id": taken.id},
        )

    def _count_objection(self, command: StepCommand, case_id: UUID, step_id: UUID) -> None:
        if command.step.kind is Kind.OBJECTION:
            self._undecided.setdefault(case_id, set()).add(step_id)
        elif command.decides is not None:
            self._undecided[case_id].discard(command.decides)

    def _meta(self, command: StepCommand, case: Case) -> dict[str, object]:
        place = case.place
        return {
            "id": str(case.id),
            "member_id": None if place.member_id is None else str(place.member_id),
            "household_id": None if place.household_id is None else str(place.household_id),
            "division": place.division,
            "revision": case.revision,
            "recorded_at": self._now.isoformat(),
            "recorded_by": case.recorded_by,
            "source_system": command.principal.source_system,
            "voided_at": None,
            "void_reason": None,
        }


def _rules(command: StepCommand) -> Iterable[Rule]:
    """Those of the step; no case of a person is opened before the day of birth."""
    if command.case_id is None and command.procedure.cases.subject is Subject.MEMBER:
        return (not_before_birth("taken_on"), *command.step.rules)
    return command.step.rules


def _target(command: StepCommand, context: StepContext) -> Stage | None:
    """The stage that is entered, perhaps anew; None when the case stays where it is."""
    procedure, to, record = command.procedure, command.step.to, command.record
    if isinstance(record, DecisionOnObjection) and procedure.objections is not None:
        if record.upheld:
            return procedure.stage[procedure.objections.upheld]
        return procedure.stage[context.case.stage] if procedure.objections.posting_anew else None
    if to is None:
        return None
    return procedure.stage[to.by(record, context) if isinstance(to, Choice) else to]


def _entered(
    case: dict[str, object], stage: Stage, *, taken_on: date, recorded_on: date, policy: PolicyView
) -> dict[str, object]:
    """What changes when the stage is entered on a day: its posting and its due day are fixed here."""
    day = taken_on.isoformat()
    case = {**case, "stage": stage.name, "stage_since": day}
    return {
        "stage": stage.name,
        "stage_since": day,
        "stage_recorded_on": recorded_on,
        "ready_on": _ends(stage.posting, case, policy),
        "due_on": _ends(stage.due, case, policy),
        "closed_on": day if stage.final else None,
    }


def _ends(term: Term | DueFunction | None, case: Content, policy: PolicyView) -> date | None:
    if term is None:
        return None
    return term.ends(case, policy) if isinstance(term, Term) else term(case, policy)
