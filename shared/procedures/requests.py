"""What each route of a procedure does: read the request, make one call, render the answer."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response

from shared.auth import Principal
from shared.codes import Label
from shared.pii.reveal import REVEAL, Purpose
from shared.procedures.commands import StepCommand
from shared.procedures.declaration import Procedure, Step
from shared.procedures.evidence import StepFields
from shared.procedures.forms import Forms, RowFields, parse
from shared.procedures.reader import CaseReader
from shared.procedures.refusals import StepNotYours
from shared.procedures.waiting import parse_waiting
from shared.records.commands import Submission
from shared.records.exchange import (
    answer_of_batch,
    answer_of_one,
    batch_rows,
    check_unconditional,
    json_body,
    json_object,
    once_of,
    preconditions,
    response_of,
)
from shared.records.group_commit import GroupCommit
from shared.service import current_request, json_response
from shared.service.documents import encode
from shared.service.problems import FieldError, InvalidParameter, Problem
from shared.service.strict import check_query
from shared.settings import ServiceSettings

Parsed = tuple[Step, StepFields]


class ProcedureRequests:
    """Answers the requests on the cases of one service."""

    def __init__(
        self, *, service: str, group: GroupCommit, batches: GroupCommit, reader: CaseReader, limits: ServiceSettings
    ) -> None:
        self._service = service
        self._group = group
        self._batches = batches
        self._reader = reader
        self._limits = limits

    async def open(self, request: Request, procedure: Procedure, forms: Forms, principal: Principal) -> Response:
        """201 with the case opened."""
        body = await self._body(request, principal)
        step, record = forms.opening(json_object(body))
        return await self._one(request, self._command(procedure, step, record, principal), body)

    async def take(
        self, request: Request, procedure: Procedure, forms: Forms, principal: Principal, *, case_id: UUID, step: str
    ) -> Response:
        """200 with the case as the step left it."""
        body = await self._body(request, principal)
        record = parse(forms.steps[step], json_object(body))
        expected = preconditions(request).revision
        later = procedure.later[step]
        command = self._command(procedure, later, record, principal, case_id=case_id, expected=expected)
        return await self._one(request, command, body)

    async def open_many(self, request: Request, procedure: Procedure, forms: Forms, principal: Principal) -> Response:
        """200 with a result for each row."""

        def command(row: object) -> StepCommand:
            step, record = forms.opening(row)
            return self._command(procedure, step, record, principal)

        return await self._many(request, principal, command)

    async def take_many(self, request: Request, procedure: Procedure, forms: Forms, principal: Principal) -> Response:
        """The same for steps; those on one case follow each other in the order given."""

        def command(row: object) -> StepCommand:
            step, record = forms.row(row)
            assert isinstance(record, RowFields)  # noqa: S101 - what `row` gives
            return self._command(
                procedure, step, record, principal, case_id=record.case_id, expected=record.if_revision
            )

        return await self._many(request, principal, command)

    async def steps(self, request: Request, procedure: Procedure, principal: Principal, case_id: UUID) -> Response:
        principal.require(f"{self._service}:read")
        check_query(request, ())
        return json_response(encode(await self._reader.steps(procedure, case_id, principal)))

    async def reveal(
        self, request: Request, procedure: Procedure, principal: Principal, case_id: UUID, step_id: UUID
    ) -> Response:
        """200 with the identifiers in a step's evidence, in full, for a purpose that is logged."""
        principal.require(f"{self._service}:read", REVEAL)
        check_query(request, ())
        purpose = parse(Purpose, json_object(await json_body(request))).purpose
        shown = await self._reader.reveal(
            procedure, case_id, step_id, principal, purpose=purpose, request_id=current_request().request_id
        )
        return json_response(encode(shown), headers={"Cache-Control": "no-store"})

    async def waiting(self, request: Request, procedure: Procedure, principal: Principal) -> Response:
        principal.require(f"{self._service}:read")
        query = parse_waiting(procedure, request)
        if query.limit is not None and query.limit > self._limits.max_page_rows:
            fault = FieldError("query:limit", "less_than_equal", {"le": self._limits.max_page_rows})
            raise InvalidParameter(errors=[fault])
        limit = query.limit or self._limits.default_page_rows
        page = await self._reader.waiting(procedure, query, principal, limit=limit)
        return json_response(orjson.dumps({"items": page.items, "next_cursor": page.next_cursor}))

    async def check_void(self, procedure: Procedure, principal: Principal, case_id: UUID) -> None:
        """Only those named in `void_by` take a case out of force. Raises NotFound, StepNotYours."""
        principal.require(f"{self._service}:write")
        division = await self._reader.division(procedure, case_id, principal)
        if not any(actor.acts(principal, self._service, division) for actor in procedure.void_by):
            raise StepNotYours.of(Label("作废", "Void"), procedure.void_by)

    async def _body(self, request: Request, principal: Principal) -> bytes:
        principal.require(f"{self._service}:write")
        check_query(request, ())
        return await json_body(request)

    def _command(
        self,
        procedure: Procedure,
        step: Step,
        record: StepFields,
        principal: Principal,
        *,
        case_id: UUID | None = None,
        expected: int | None = None,
    ) -> StepCommand:
        return StepCommand(
            record_type=procedure.cases,
            record=record,
            principal=principal,
            request_id=current_request().request_id,
            expected_revision=expected,
            procedure=procedure,
            step=step,
            case_id=case_id,
        )

    async def _one(self, request: Request, command: StepCommand, body: bytes) -> Response:
        render, once = partial(answer_of_one, self._service), once_of(request, command.principal, body)
        return response_of(await self._group.submit(Submission([command], render=render, once=once)))

    async def _many(self, request: Request, principal: Principal, command: Callable[[object], StepCommand]) -> Response:
        check_unconditional(request)
        body = await self._body(request, principal)
        parsed = [_row(command, row) for row in batch_rows(body, limit=self._limits.max_batch_rows)]
        commands = [one for one in parsed if isinstance(one, StepCommand)]

        render, once = partial(answer_of_batch, parsed), once_of(request, principal, body)
        return response_of(await self._batches.submit(Submission(commands, render=render, once=once)))


def _row(command: Callable[[object], StepCommand], row: object) -> StepCommand | Problem:
    if isinstance(row, Problem):
        return row
    try:
        return command(row)
    except Problem as problem:
        return problem
