"""Confirming a reported death: one call records the natural change and settles its line. A person decides it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from services.registry.author import Author, DecidedBy, decider
from services.registry.changes.schemas import DEATH, ChangeResult, Leaving, Relations
from services.registry.context import CurrentRegistry
from services.registry.deaths.reported import RECORDED, REPORTED_DEATHS
from services.registry.problems import InvalidForm
from services.registry.writing import Written, write
from shared.auth import CurrentPrincipal
from shared.database import Connection
from shared.identity import BusinessDate, ReasonText
from shared.service import FieldError, current_request, field_errors
from shared.service.problems import Problem
from shared.standing_lists.acting import Act, Action, Actor, act_on_lines
from shared.standing_lists.answers import question_of_line
from shared.standing_lists.schemas import Line

router = APIRouter(prefix=f"/api/v1/registry/lists/{REPORTED_DEATHS.code}/lines", tags=["changes"])


class ConfirmDeath(BaseModel):
    """What the register needs beside the report: who heads the household now, and how the death was established."""

    model_config = ConfigDict(extra="forbid")

    reason: ReasonText
    occurred_on: BusinessDate | None = Field(None, description="the day reported, when left out")
    relations: Relations = Field({}, description="as in a natural change: of members who stay, a new head too")
    decided_by: DecidedBy = None


@router.post("/{line_id}:confirm", status_code=201, summary="A reported death is recorded", response_model=ChangeResult)
async def confirm_death(
    line_id: UUID,
    body: ConfirmDeath,
    request: Request,
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    _match: Annotated[str | None, Header(alias="If-Match", description="the line's version")] = None,
) -> Response:
    """Record the death as a natural change and settle the line, both or neither; refuse it by `:settle`."""
    who = decider(principal, body.decided_by)
    version = None if _match is None or _match.strip() == "*" else _match.strip().removeprefix("W/").strip('"')

    async def operation(conn: Connection) -> Written:
        question = question_of_line(request, REPORTED_DEATHS, line_id, principal)
        act = Act(line_id, Action.SETTLE, outcome=RECORDED, remark=body.reason, version=version, own_route=True)
        actor = Actor(principal, at=registry.clock.now(), request_id=current_request().request_id)
        (line,) = await act_on_lines(conn, REPORTED_DEATHS, question, [act], actor)
        if isinstance(line, Problem):
            raise line
        assert line.household_id is not None  # noqa: S101 - every line of the list has both
        result = await registry.changes.apply(
            conn, line.household_id, _death(line, body, who), scope=principal.scope, author=Author.of(principal)
        )
        versions = {one.household_id: one.version for one in result.households}
        return Written(result, versions=versions, status=201, main=line.household_id)

    return await write(request, registry, principal, operation)


def _death(line: Line, body: ConfirmDeath, decided_by: str) -> Leaving:
    """The change that is recorded. Raises InvalidForm when there is no day, or the day reported is none to record."""
    day = body.occurred_on or line.detail.get("died_on")
    if day is None:
        raise InvalidForm(errors=[FieldError("/occurred_on", "missing")])
    form = {
        "kind": DEATH,
        "occurred_on": day,
        "member_id": line.member_id,
        "reason": body.reason,
        "relations": body.relations,
        "decided_by": decided_by,
    }
    try:
        return Leaving.model_validate(form)
    except ValidationError as error:
        raise InvalidForm(errors=field_errors(error)) from None
