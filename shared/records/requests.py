"""What each route of a record type does: read the request, make one call, render the answer."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import UUID

import orjson
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from shared.auth import Principal
from shared.clock import Clock
from shared.database import Connection, Database
from shared.identity import IdNumberText
from shared.records.commands import Command, Submission
from shared.records.declaration import RecordType
from shared.records.exchange import (
    answer_headers,
    answer_of_batch,
    answer_of_one,
    batch_rows,
    check_unconditional,
    json_body,
    json_object,
    once_of,
    preconditions,
    refusal,
    response_of,
)
from shared.records.filters import RecordQuery, parse_search, search_filters
from shared.records.group_commit import GroupCommit
from shared.records.idempotency import StoredResponse, run_once
from shared.records.reader import RecordReader
from shared.records.schemas import VoidRequest
from shared.records.subjects import Reference, Subject, SubjectFields
from shared.records.voiding import void_record
from shared.records.writer import Touch
from shared.roster.cache import SnapshotCache
from shared.service import current_request, json_response
from shared.service.problems import (
    FieldError,
    InvalidParameter,
    Problem,
    Unprocessable,
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
        body = await json_body(request)
        try:
            record = record_type.create_adapter.validate_json(body)
        except ValidationError as error:
            raise refusal(error) from None
        asked = preconditions(request)
        command = Command(
            record_type=record_type,
            record=record,
            principal=principal,
            request_id=current_request().request_id,
            expected_revision=asked.revision,
            only_correct=asked.only_correct,
            only_create=asked.only_create,
        )
        render, once = partial(answer_of_one, self._service), once_of(request, principal, body)
        return response_of(await self._group.submit(Submission([command], render=render, once=once)))

    async def batch(self, request: Request, record_type: RecordType, principal: Principal) -> Response:
        """200 with a result for each row: a refused row never takes its neighbours along."""
        principal.require(f"{self._service}:write")
        check_query(request, ())
        check_unconditional(request)
        body = await json_body(request)
        parsed = [self._parsed_row(record_type, row) for row in batch_rows(body, limit=self._limits.max_batch_rows)]
        request_id = current_request().request_id
        commands = [
            Command(record_type=record_type, record=one, principal=principal, request_id=request_id)
            for one in parsed
            if not isinstance(one, Problem)
        ]

        render, once = partial(answer_of_batch, parsed), once_of(request, principal, body)
        return response_of(await self._batches.submit(Submission(commands, render=render, once=once)))

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
        filters = json_object(await json_body(request))
        by_person = "id_number" in filters and "id_number" in search_filters(record_type)
        id_number = filters.pop("id_number") if by_person else None
        try:
            query = parse_search(record_type, filters)
            if by_person:
                await self._narrow_to_person(record_type, query, id_number, principal)
            return await self.page(record_type, query, principal)
        except InvalidParameter as error:
            raise Unprocessable(errors=[_in_body(one) for one in error.errors]) from None

    async def _narrow_to_person(
        self, record_type: RecordType, query: RecordQuery, id_number: object, principal: Principal
    ) -> None:
        """Raises Unprocessable, also where `query` names somebody already, and AmbiguousIdentity."""
        try:
            reference = Reference(id_number=_ID_NUMBER.validate_python(id_number))
        except ValidationError as error:
            raise Unprocessable(errors=field_errors(error, prefix="/id_number")) from None
        name = "member_id" if record_type.subject is Subject.MEMBER else "household_id"
        if getattr(query, name) is not None:
            raise Unprocessable(errors=[FieldError(f"/{name}", "person_named_twice")])
        query.person = await self._reader.person(name, reference, principal)

    async def read(self, request: Request, record_type: RecordType, record_id: UUID, principal: Principal) -> Response:
        principal.require(f"{self._service}:read")
        check_query(request, ())
        document = await self._reader.one(record_type, record_id, principal)
        # The tag is of the content, which If-Match guards. It is no reason for a 304: household and place follow the
        # person, whose record has no new revision by that.
        return json_response(orjson.dumps(document), headers={"ETag": f'"{document["revision"]}"'})

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
        body = await json_body(request)
        try:
            reason = VoidRequest.model_validate_json(body).reason
        except ValidationError as error:
            raise refusal(error) from None
        expected = preconditions(request).revision

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
            return StoredResponse(
                200, orjson.dumps(document), answer_headers(self._service, document["revision"], version)
            )

        answer = await run_once(self._database, once_of(request, principal, body), operation)
        self._written()
        return response_of(answer)

    @staticmethod
    def _parsed_row(record_type: RecordType, row: object) -> SubjectFields | Problem:
        if isinstance(row, Problem):
            return row
        try:
            return record_type.create_adapter.validate_python(row)
        except ValidationError as error:
            return Unprocessable(errors=field_errors(error))


def _in_body(fault: FieldError) -> FieldError:
    """The fault of a filter that stood in the body instead of the query."""
    return replace(fault, pointer=f"/{fault.pointer.removeprefix('query:')}")
