"""What each route of a record type does: read the request, make one call, render the answer."""

from collections.abc import Callable, Sequence
from uuid import UUID

import orjson
import pydantic_core
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from shared.auth import Principal
from shared.clock import Clock
from shared.database import Connection, Database
from shared.identity import IdNumberText
from shared.records.commands import Accepted, Command, Outcome, Refused, Submission
from shared.records.declaration import RecordType
from shared.records.filters import RecordQuery, parse_search
from shared.records.group_commit import GroupCommit
from shared.records.idempotency import Once, StoredResponse, run_once
from shared.records.reader import RecordReader
from shared.records.schemas import RecordState, VoidRequest
from shared.records.subjects import Reference, Subject, SubjectFields
from shared.records.voiding import void_record
from shared.records.writer import Touch
from shared.roster.cache import SnapshotCache
from shared.service import current_request, json_response
from shared.service.bodies import check_json
from shared.service.documents import encode, problem_document
from shared.service.problems import (
    FieldError,
    InvalidParameter,
    MalformedJson,
    Problem,
    TooLarge,
    Unprocessable,
    UnsupportedMediaType,
)
from shared.service.strict import check_query
from shared.service.validation import field_errors
from shared.settings import ServiceSettings

_ID_NUMBER: TypeAdapter[str] = TypeAdapter(IdNumberText)


class RecordRequests:
    """Answers the requests on the record types of one service."""

    def __init__(
        self,
        *,
        service: str,
        database: Database,
        group: GroupCommit,
        batches: GroupCommit,
        reader: RecordReader,
        clock: Clock,
        touch: Touch,
        cache: SnapshotCache,
        limits: ServiceSettings,
        written: Callable[[], None],
    ) -> None:
        self._service = service
        self._database = database
        self._group = group
        self._batches = batches
        self._reader = reader
        self._clock = clock
        self._touch = touch
        self._cache = cache
        self._limits = limits
        self._written = written

    async def create(self, request: Request, record_type: RecordType, principal: Principal) -> Response:
        """201 with the record created, 200 with the one corrected or found unchanged."""
        principal.require(f"{self._service}:write")
        check_query(request, ())
        body = await _json_body(request)
        try:
            record = record_type.create_adapter.validate_json(body)
        except ValidationError as error:
            raise _refusal(error) from None
        expected, only_create = _preconditions(request)
        command = Command(
            record_type=record_type,
            record=record,
            principal=principal,
            request_id=current_request().request_id,
            expected_revision=expected,
            only_create=only_create,
        )
        once = _once(request, principal, body)
        answer = await self._group.submit(Submission([command], render=self._render_one, once=once))
        return _response(answer)

    async def batch(self, request: Request, record_type: RecordType, principal: Principal) -> Response:
        """200 with a result for each row: a refused row never takes its neighbours along."""
        principal.require(f"{self._service}:write")
        check_query(request, ())
        body = await _json_body(request)
        parsed = [self._parsed_row(record_type, row) for row in self._rows(body)]
        request_id = current_request().request_id
        commands = [
            Command(record_type=record_type, record=one, principal=principal, request_id=request_id)
            for one in parsed
            if not isinstance(one, Problem)
        ]

        def render(outcomes: Sequence[Outcome]) -> StoredResponse:
            written = iter(outcomes)
            rows = [Refused(one) if isinstance(one, Problem) else next(written) for one in parsed]
            return StoredResponse(status=200, body=encode(_batch_document(rows)), headers={})

        answer = await self._batches.submit(Submission(commands, render=render, once=_once(request, principal, body)))
        return _response(answer)

    async def page(self, record_type: RecordType, query: RecordQuery, principal: Principal) -> Response:
        principal.require(f"{self._service}:read")
        if query.limit is not None and query.limit > self._limits.max_page_rows:
            fault = FieldError("query:limit", "less_than_equal", {"le": self._limits.max_page_rows})
            raise InvalidParameter(errors=[fault])
        limit = query.limit or self._limits.default_page_rows
        page = await self._reader.page(record_type, query, principal, limit=limit)
        return json_response(orjson.dumps({"items": page.items, "next_cursor": page.next_cursor}))

    async def search(self, request: Request, record_type: RecordType, principal: Principal) -> Response:
        """The list for filters in the body, where a person may be named by ID number."""
        principal.require(f"{self._service}:read")
        check_query(request, ())
        filters = _object(await _json_body(request))
        id_number = filters.pop("id_number", None)
        query = parse_search(record_type, filters)
        if id_number is not None:
            try:
                reference = Reference(id_number=_ID_NUMBER.validate_python(id_number))
            except ValidationError as error:
                raise Unprocessable(errors=field_errors(error, prefix="/id_number")) from None
            person = await self._reader.find_person(reference, principal)
            if record_type.subject is Subject.MEMBER:
                query.member_id = person.member_id
            else:
                query.household_id = person.household_id
        return await self.page(record_type, query, principal)

    async def read(self, request: Request, record_type: RecordType, record_id: UUID, principal: Principal) -> Response:
        principal.require(f"{self._service}:read")
        check_query(request, ())
        document = await self._reader.one(record_type, record_id, principal)
        etag = f'"{document["revision"]}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        return json_response(orjson.dumps(document), headers={"ETag": etag})

    async def history(
        self, request: Request, record_type: RecordType, record_id: UUID, principal: Principal
    ) -> Response:
        principal.require(f"{self._service}:read")
        check_query(request, ())
        entries = await self._reader.history(record_type, record_id, principal)
        return json_response(orjson.dumps({"entries": entries}))

    async def void(self, request: Request, record_type: RecordType, record_id: UUID, principal: Principal) -> Response:
        """200 with the record as it now stands."""
        principal.require(f"{self._service}:write")
        check_query(request, ())
        body = await _json_body(request)
        try:
            reason = VoidRequest.model_validate_json(body).reason
        except ValidationError as error:
            raise _refusal(error) from None
        expected, _ = _preconditions(request)

        async def operation(connection: Connection) -> StoredResponse:
            _, version = await void_record(
                connection,
                record_type,
                record_id,
                reason=reason,
                principal=principal,
                request_id=current_request().request_id,
                expected_revision=expected,
                clock=self._clock,
                touch=self._touch,
                cache=self._cache,
            )
            document = await self._reader.in_transaction(connection, record_type, record_id)
            return StoredResponse(200, orjson.dumps(document), self._headers(document["revision"], version))

        answer = await run_once(self._database, _once(request, principal, body), operation)
        self._written()
        return _response(answer)

    def _rows(self, body: bytes) -> list[object]:
        rows = _object(body)
        if rows.keys() != {"rows"} or not isinstance(rows["rows"], list):
            raise Unprocessable(errors=[FieldError("/rows", "batch_rows")])
        given: list[object] = rows["rows"]
        if not given:
            raise Unprocessable(errors=[FieldError("/rows", "batch_empty")])
        if len(given) > self._limits.max_batch_rows:
            raise TooLarge(
                params={"limit": self._limits.max_batch_rows},
                errors=[
                    FieldError("/rows", "batch_too_long", {"limit": self._limits.max_batch_rows, "rows": len(given)})
                ],
            )
        return given

    @staticmethod
    def _parsed_row(record_type: RecordType, row: object) -> SubjectFields | Problem:
        try:
            return record_type.create_adapter.validate_python(row)
        except ValidationError as error:
            return Unprocessable(errors=field_errors(error))

    def _render_one(self, outcomes: Sequence[Outcome]) -> StoredResponse:
        outcome = outcomes[0]
        if isinstance(outcome, Refused):
            raise outcome.problem
        document = outcome.document()
        headers = self._headers(outcome.revision, outcome.version)
        headers["Location"] = f"/api/v1/{self._service}/{document['record_type']}/{outcome.id}"
        return StoredResponse(outcome.status, orjson.dumps(document), headers)

    def _headers(self, revision: object, version: int | None) -> dict[str, str]:
        headers = {"ETag": f'"{revision}"'}
        if version is not None:
            headers["Yihu-Version"] = f"{self._service}={version}"
        return headers


def _batch_document(outcomes: Sequence[Outcome]) -> dict[str, object]:
    language = current_request().language
    results: list[dict[str, object]] = []
    for index, outcome in enumerate(outcomes):
        if isinstance(outcome, Refused):
            document = problem_document(_at_row(outcome.problem, index), language=language)
            results.append({"row": index, "status": outcome.problem.status, "problem": document})
        else:
            results.append(
                {
                    "row": index,
                    "status": outcome.status,
                    "id": outcome.id,
                    "revision": outcome.revision,
                    "state": outcome.state,
                    "household_id": outcome.household_id,
                    "version": outcome.version,
                }
            )
    accepted = [one for one in outcomes if isinstance(one, Accepted)]
    return {
        "accepted": len(accepted),
        "refused": len(outcomes) - len(accepted),
        "unmatched": sum(one.state is RecordState.UNMATCHED for one in accepted),
        "results": results,
    }


def _at_row(problem: Problem, index: int) -> Problem:
    """The problem with its pointers leading into the request: `/rows/3/year`.

    Of a copy: an answer may be made more than once, when the transaction lost a race.
    """
    errors = [FieldError(f"/rows/{index}{one.pointer}", one.code, one.params) for one in problem.errors]
    return type(problem)(params=problem.params, errors=errors, retry_after=problem.retry_after)


async def _json_body(request: Request) -> bytes:
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMediaType(params={"allowed": "application/json"})
    return await request.body()


def _object(body: bytes) -> dict[str, object]:
    try:
        parsed = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError:
        raise MalformedJson from None
    check_json(parsed, body)
    if not isinstance(parsed, dict):
        raise Unprocessable(errors=[FieldError("", "dict_type")])
    return parsed


def _refusal(error: ValidationError) -> Problem:
    errors = field_errors(error)
    if any(one.code == "json_invalid" for one in errors):
        return MalformedJson()
    return Unprocessable(errors=errors)


def _once(request: Request, principal: Principal, body: bytes) -> Once | None:
    key = request.headers.get("idempotency-key")
    return Once.of(principal, key, method=request.method, path=request.url.path, body=body)


def _preconditions(request: Request) -> tuple[int | None, bool]:
    """The revision that If-Match names, and whether If-None-Match: * asks to create only."""
    only_create = request.headers.get("if-none-match", "").strip() == "*"
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None, only_create
    text = given.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidParameter(errors=[FieldError("header:if-match", "revision_tag")])
    return int(text), only_create


def _response(answer: StoredResponse) -> Response:
    return json_response(answer.body, status=answer.status, headers=answer.headers)
