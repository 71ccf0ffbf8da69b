"""The declarations as documents, so that a client can render forms and explain a case: `GET …/procedures`."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request

from shared.auth import CurrentPrincipal
from shared.clock import Clock
from shared.codes import Label
from shared.identity import NATION, DivisionCode
from shared.indicators.schemas import LabelText
from shared.policy import PolicyStore, PolicyView, value_text
from shared.procedures.actors import Actor
from shared.procedures.declaration import DueFunction, Procedure, Stage, Step
from shared.procedures.forms import Forms
from shared.procedures.schemas import (
    ActorDocument,
    ProcedureDocument,
    ProceduresDocument,
    StageDocument,
    StepDocument,
    TermDocument,
)
from shared.procedures.terms import Term


def procedures_router(service: str, procedures: Sequence[Procedure]) -> APIRouter:
    """`GET /api/v1/<service>/procedures`; `request.state` holds `policies` and `clock`."""
    router = APIRouter(prefix=f"/api/v1/{service}", tags=[service])
    forms = {one.name: Forms(one) for one in procedures}

    @router.get("/procedures", summary="The procedures: stages, steps, who takes them, evidence, postings, deadlines")
    async def declared(
        request: Request,
        principal: CurrentPrincipal,
        division: Annotated[DivisionCode, Query(description="whose policy values are shown")] = NATION,
        year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    ) -> ProceduresDocument:
        principal.require(f"{service}:read")
        policies: PolicyStore = request.state.policies
        clock: Clock = request.state.clock
        policy = policies.current.at(area=division, year=year or clock.today().year)
        return ProceduresDocument(procedures=[_procedure(one, forms[one.name], policy) for one in procedures])

    return router


def _procedure(procedure: Procedure, forms: Forms, policy: PolicyView) -> ProcedureDocument:
    bodies = {**forms.openings, **forms.steps}
    steps = (*procedure.openings.values(), *procedure.later.values())
    return ProcedureDocument(
        name=procedure.name,
        title=_label(procedure.cases.title),
        source=procedure.cases.source,
        subject=procedure.cases.subject.value,
        stages=[_stage(one, policy) for one in procedure.stages],
        steps=[_step(one, bodies[one.name].model_json_schema(), procedure) for one in steps],
        void_by=[_actor(one) for one in procedure.void_by],
    )


def _stage(stage: Stage, policy: PolicyView) -> StageDocument:
    return StageDocument(
        name=stage.name,
        label=_label(stage.label),
        posting=_term(stage.posting, policy),
        due=_term(stage.due, policy),
        lasting=stage.lasting,
        final=stage.final,
    )


def _step(step: Step, schema: dict[str, object], procedure: Procedure) -> StepDocument:
    return StepDocument(
        name=step.name,
        label=_label(step.label),
        kind=step.kind,
        from_stages=list(step.from_),
        to_stages=list(step.targets),
        by=[_actor(one) for one in step.by],
        not_by=list(step.not_by),
        during_posting=step.during_posting,
        despite_objection=step.despite_objection,
        evidence=schema,
        source=step.source or procedure.cases.source,
    )


def _term(term: Term | DueFunction | None, policy: PolicyView) -> TermDocument | None:
    if term is None:
        return None
    if not isinstance(term, Term):
        return TermDocument(parameter=None, unit=None, since=None, by=None, value=None)
    known = policy.has(term.parameter)
    value = value_text(policy.setting(term.parameter).value) if known else None
    return TermDocument(parameter=term.parameter, unit=term.unit.value, since=term.since, by=term.by, value=value)


def _actor(actor: Actor) -> ActorDocument:
    return ActorDocument(role=actor.role, level=actor.level.value, system=actor.system)


def _label(label: Label) -> LabelText:
    return LabelText(zh=label.zh, en=label.en)
