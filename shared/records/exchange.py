"""What requests on records and on cases share: bodies and preconditions in, answers and row results out."""

from codecs import BOM_UTF8
from collections.abc import Sequence
from typing import NamedTuple

import pydantic_core
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from shared.auth import Principal
from shared.records.commands import Accepted, Outcome, Refused
from shared.records.idempotency import Once, StoredResponse
from shared.records.schemas import RecordState
from shared.service import current_request, json_response
from shared.service.bodies import check_json, check_row_count, sound_rows
from shared.service.documents import encode, problem_document
from shared.service.problems import (
    FieldError,
    InvalidParameter,
    MalformedJson,
    Problem,
    Unprocessable,
    UnsupportedMediaType,
)
from shared.service.validation import field_errors


def batch_rows(body: bytes, *, limit: int) -> list[object]:
    """The rows of `{"rows": [...]}`, at least one; a Problem in place of a row that cannot be stored.

    Raises MalformedJson, Unprocessable, TooManyRows.
    """
    rows = _object(body)
    if rows.keys() != {"rows"} or not isinstance(rows["rows"], list):
        raise Unprocessable(errors=[FieldError("/rows", "batch_rows")])
    given: list[object] = rows["rows"]
    check_row_count(given, limit=limit)
    return sound_rows(given, body)


def answer_headers(service: str, revision: object, version: int | None) -> dict[str, str]:
    headers = {"ETag": f'"{revision}"'}
    if version is not None:
        headers["Yihu-Version"] = f"{service}={version}"
    return headers


def answer_of_one(service: str, outcomes: Sequence[Outcome]) -> StoredResponse:
    """The answer to the one row of a request. Raises the Problem that refused it."""
    (outcome,) = outcomes
    if isinstance(outcome, Refused):
        raise outcome.problem
    document = outcome.document()
    headers = answer_headers(service, outcome.revision, outcome.version)
    headers["Location"] = f"/api/v1/{service}/{document['record_type']}/{outcome.id}"
    return StoredResponse(outcome.status, encode(document), headers)


def answer_of_batch(parsed: Sequence[object], outcomes: Sequence[Outcome]) -> StoredResponse:
    """A result for each row of `parsed`: its own Problem, or what became of it, in the order of `outcomes`."""
    written = iter(outcomes)
    rows = [Refused(one) if isinstance(one, Problem) else next(written) for one in parsed]
    return StoredResponse(200, encode(_batch_document(rows)), {})


def _batch_document(outcomes: Sequence[Outcome]) -> dict[str, object]:
    language = current_request().language
    results: list[dict[str, object]] = []
    for index, outcome in enumerate(outcomes):
        if isinstance(outcome, Refused):
            document = problem_document(outcome.problem.below(f"/rows/{index}"), language=language)
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
                    **outcome.more,
                }
            )
    accepted = [one for one in outcomes if isinstance(one, Accepted)]
    return {
        "accepted": len(accepted),
        "refused": len(outcomes) - len(accepted),
        "unmatched": sum(one.state is RecordState.UNMATCHED for one in accepted),
        "results": results,
    }


async def json_body(request: Request) -> bytes:
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMediaType(params={"expected": "application/json"})
    # As programs on Windows write it (RFC 8259, 8.1: it may be passed over).
    return (await request.body()).removeprefix(BOM_UTF8)


def json_object(body: bytes) -> dict[str, object]:
    parsed = _object(body)
    check_json(parsed, body)
    return parsed


def _object(body: bytes) -> dict[str, object]:
    try:
        parsed = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError:
        raise MalformedJson from None
    if not isinstance(parsed, dict):
        raise Unprocessable(errors=[FieldError("", "dict_type")])
    return parsed


def refusal(error: ValidationError) -> Problem:
    errors = field_errors(error)
    if any(one.code == "json_invalid" for one in errors):
        return MalformedJson()
    return Unprocessable(errors=errors)


def once_of(request: Request, principal: Principal, body: bytes) -> Once | None:
    key = request.headers.get("idempotency-key")
    return Once.of(principal, key, method=request.method, path=request.url.path, body=body)


def check_unconditional(request: Request) -> None:
    """A batch of many records cannot be held to one revision. Raises InvalidParameter; silence would mean it was."""
    given = [name for name in ("if-match", "if-none-match") if name in request.headers]
    if given:
        raise InvalidParameter(errors=[FieldError(f"header:{name}", "batch_precondition") for name in given])


class Preconditions(NamedTuple):
    """`revision` is the one that If-Match names; `only_correct` is If-Match: *, `only_create` is If-None-Match: *."""

    revision: int | None
    only_correct: bool
    only_create: bool


def preconditions(request: Request) -> Preconditions:
    """Raises InvalidParameter for what is neither a revision nor `*`: it must not be taken for no condition."""
    given, none = request.headers.get("if-match"), request.headers.get("if-none-match")
    if none is not None and none.strip() != "*":
        raise InvalidParameter(errors=[FieldError("header:if-none-match", "only_star")])
    only_create = none is not None
    if given is None:
        return Preconditions(None, only_correct=False, only_create=only_create)
    text = given.strip().removeprefix("W/").strip('"')
    if text == "*":
        return Preconditions(None, only_correct=True, only_create=only_create)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidParameter(errors=[FieldError("header:if-match", "revision_tag")])
    return Preconditions(int(text), only_correct=True, only_create=only_create)


def response_of(answer: StoredResponse) -> Response:
    return json_response(answer.body, status=answer.status, headers=answer.headers)
