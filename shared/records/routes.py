"""The routes of all record types of a service, under `/api/v1/<service>/<record-type>`.

One route object finds the record type and the operation by name, so that the hundredth record type answers as fast as
the first; the OpenAPI document is made from the declarations (`openapi.py`).
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
from shared.records.declaration import RecordType
from shared.records.filters import parse_query
from shared.records.requests import RecordRequests
from shared.service.problems import FieldError, InvalidParameter, MethodNotAllowed


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do with a record type or a record; `path` is its template, for metrics and documents."""

    method: str
    path: str
    name: str


CREATE = Operation("POST", "/{record_type}", "create")
LIST = Operation("GET", "/{record_type}", "list")
BATCH = Operation("POST", "/{record_type}:batch", "batch")
SEARCH = Operation("POST", "/{record_type}:search", "search")
READ = Operation("GET", "/{record_type}/{id}", "read")
HISTORY = Operation("GET", "/{record_type}/{id}/history", "history")
VOID = Operation("POST", "/{record_type}/{id}:void", "void")
OPERATIONS = (CREATE, LIST, BATCH, SEARCH, READ, HISTORY, VOID)

_SHAPE = re.compile(r"(?P<name>[^/:]+)(?:(?P<on_type>:[^/]+)|/(?P<id>[^/:]+)(?P<on_record>:[^/]+|/[^/]+)?)?")


class RecordRoutes(BaseRoute):
    """Routes a request to its record type and operation; paths of other shapes are left to the routes that follow."""

    def __init__(
        self, prefix: str, record_types: Mapping[str, RecordType], requests: Callable[[Request], RecordRequests]
    ) -> None:
        self._prefix = prefix + "/"
        self._record_types = record_types
        self._requests = requests
        self._by_shape: dict[str, dict[str, Operation]] = {}
        for operation in OPERATIONS:
            self._by_shape.setdefault(operation.path, {})[operation.method] = operation

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path: str = scope["path"]
        if scope["type"] != "http" or not path.startswith(self._prefix):
            return Match.NONE, {}
        found = self._parse(path[len(self._prefix) :])
        if found is None:
            return Match.NONE, {}
        record_type, shape, record_id = found
        operation = self._by_shape[shape].get(scope["method"])
        return Match.FULL, {
            "route": operation or CREATE,
            "record_type": record_type,
            "record_id": record_id,
            "operation": operation,
            "shape": shape,
            "endpoint": self,
        }

    def _parse(self, rest: str) -> tuple[RecordType, str, str | None] | None:
        """The record type, the shape of the path, and the record's id as it stands there."""
        shape = _SHAPE.fullmatch(rest)
        record_type = self._record_types.get(shape["name"]) if shape else None
        if shape is None or record_type is None:
            return None
        template = "/{record_type}" + (shape["on_type"] or "")
        if shape["id"] is not None:
            template = "/{record_type}/{id}" + (shape["on_record"] or "")
        return (record_type, template, shape["id"]) if template in self._by_shape else None

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:  # noqa: PLR0911 - one return an operation
        operation: Operation | None = request.scope["operation"]
        record_type: RecordType = request.scope["record_type"]
        if operation is None:
            raise MethodNotAllowed(params={"allow": ", ".join(sorted(self._by_shape[request.scope["shape"]]))})
        requests = self._requests(request)
        principal = principal_of(request)
        match operation.name:
            case "create":
                return await requests.create(request, record_type, principal)
            case "batch":
                return await requests.batch(request, record_type, principal)
            case "search":
                return await requests.search(request, record_type, principal)
            case "list":
                return await requests.page(record_type, parse_query(record_type, request), principal)
        record_id = record_id_of(request.scope["record_id"])
        match operation.name:
            case "read":
                return await requests.read(request, record_type, record_id, principal)
            case "history":
                return await requests.history(request, record_type, record_id, principal)
            case _:
                return await requests.void(request, record_type, record_id, principal)


def record_id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidParameter(errors=[FieldError("path:id", "uuid_parsing")]) from None
