"""The routes of a service's procedures, under `/api/v1/<service>/<cases>`; what they leave goes to the record routes.

One route object for all, as with records (ADR 7). It stands before the record routes, so that a case type's free
create, correct and batch do not exist.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from shared.auth import principal_of
from shared.procedures.declaration import Procedure
from shared.procedures.forms import Forms
from shared.procedures.requests import ProcedureRequests
from shared.records.requests import RecordRequests
from shared.records.routes import record_id_of
from shared.service.problems import MethodNotAllowed

_SHAPE = re.compile(
    r"(?P<name>[^/:]+)(?P<on_type>(/steps)?:[^/:]+)?"
    r"(/(?P<id>[^/:]+)(?P<on_case>:[^/:]+|/steps(/(?P<step_id>[^/:]+):reveal)?))?"
)


@dataclass(frozen=True, slots=True)
class Operation:
    """What is done; `path` is its template, for metrics. Steps share one template, their names are few."""

    method: str
    path: str
    name: str


OPEN = Operation("POST", "/{cases}", "open")
OPEN_MANY = Operation("POST", "/{cases}:batch", "open_many")
TAKE = Operation("POST", "/{cases}/{id}:{step}", "take")
TAKE_MANY = Operation("POST", "/{cases}/steps:batch", "take_many")
STEPS = Operation("GET", "/{cases}/{id}/steps", "steps")
REVEAL = Operation("POST", "/{cases}/{id}/steps/{step_id}:reveal", "reveal")
WAITING = Operation("GET", "/{cases}:waiting", "waiting")
VOID = Operation("POST", "/{cases}/{id}:void", "void")
_ON_TYPE = {None: OPEN, ":batch": OPEN_MANY, "/steps:batch": TAKE_MANY, ":waiting": WAITING}


class ProcedureRoutes(BaseRoute):
    """Routes a request to its procedure and operation."""

    def __init__(
        self,
        prefix: str,
        procedures: Mapping[str, Procedure],
        requests: Callable[[Request], ProcedureRequests],
        records: Callable[[Request], RecordRequests],
    ) -> None:
        self._prefix = prefix + "/"
        self._procedures = procedures
        self._forms = {name: Forms(one) for name, one in procedures.items()}
        self._requests = requests
        self._records = records

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path: str = scope["path"]
        if scope["type"] != "http" or not path.startswith(self._prefix):
            return Match.NONE, {}
        shape = _SHAPE.fullmatch(path[len(self._prefix) :])
        procedure = self._procedures.get(shape["name"]) if shape else None
        if shape is None or procedure is None:
            return Match.NONE, {}
        operation, step = _operation(procedure, shape)
        # Lists and everything else that a record has are the record routes'.
        if operation is None or (operation is OPEN and scope["method"] != "POST"):
            return Match.NONE, {}
        return Match.FULL, {
            "route": operation,
            "procedure": procedure,
            "case_id": shape["id"],
            "step": step,
            "step_id": shape["step_id"],
            "operation": operation,
            "endpoint": self,
        }

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:  # noqa: PLR0911 - one return an operation
        operation: Operation = request.scope["operation"]
        procedure: Procedure = request.scope["procedure"]
        if request.method != operation.method:
            raise MethodNotAllowed(params={"allow": operation.method})
        requests, forms, principal = self._requests(request), self._forms[procedure.name], principal_of(request)
        match operation.name:
            case "open":
                return await requests.open(request, procedure, forms, principal)
            case "open_many":
                return await requests.open_many(request, procedure, forms, principal)
            case "take_many":
                return await requests.take_many(request, procedure, forms, principal)
            case "waiting":
                return await requests.waiting(request, procedure, principal)
        case_id: UUID = record_id_of(request.scope["case_id"])
        match operation.name:
            case "steps":
                return await requests.steps(request, procedure, principal, case_id)
            case "reveal":
                step_id = record_id_of(request.scope["step_id"])
                return await requests.reveal(request, procedure, principal, case_id, step_id)
            case "void":
                await requests.check_void(procedure, principal, case_id)
                return await self._records(request).void(request, procedure.cases, case_id, principal)
            case _:
                step: str = request.scope["step"]
                return await requests.take(request, procedure, forms, principal, case_id=case_id, step=step)


def _operation(procedure: Procedure, shape: re.Match[str]) -> tuple[Operation | None, str]:
    if shape["id"] is None:
        return _ON_TYPE.get(shape["on_type"]), ""
    if shape["on_type"] is not None:
        return None, ""
    on_case = shape["on_case"]
    if shape["step_id"] is not None:
        return REVEAL, ""
    if on_case == "/steps":
        return STEPS, ""
    step = on_case[1:]
    if step == "void":
        return VOID, ""
    return (TAKE, step) if step in procedure.later else (None, "")
