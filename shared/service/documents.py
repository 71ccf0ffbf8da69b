"""How a problem looks: application/problem+json (RFC 9457) in the reader's language."""

from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from shared.codes.label import Language
from shared.service.context import current_request
from shared.service.messages import GENERIC_FAULT, Text, catalogue, fill, spoken
from shared.service.problems import (
    BadRequest,
    Conflict,
    FieldError,
    Forbidden,
    InternalError,
    NotFound,
    PreconditionFailed,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unprocessable,
)

PROBLEM_JSON = "application/problem+json"

_BY_STATUS: dict[int, str] = {
    kind.status: kind.code
    for kind in (
        BadRequest, Unauthenticated, Forbidden, NotFound, Conflict, PreconditionFailed, Unprocessable, TooManyRequests,
        InternalError, Unavailable,
    )
}  # fmt: skip


def problem_document(problem: Problem, *, language: Language) -> dict[str, object]:
    """The document's members: type, title, status, detail, remedy, instance (the request id), code, errors."""
    general = _general(problem.status)
    text = catalogue().find(problem.code) or general
    # A code that only fields have lacks a title; the title of its status is then still true.
    title = text.title if text.title.zh else general.title
    params = problem.params
    document: dict[str, object] = {
        "type": f"urn:yihu:problem:{problem.code}",
        "title": fill(title, params, language),
        "status": problem.status,
        "detail": fill(text.detail, params, language),
        "remedy": fill(text.remedy, params, language),
        "instance": current_request().request_id,
        "code": problem.code,
    }
    if params:
        document["params"] = {name: plain(value, language) for name, value in params.items()}
    document["errors"] = [field_document(error, language=language) for error in problem.errors]
    return document


def field_document(error: FieldError, *, language: Language) -> dict[str, object]:
    """One entry of `errors`: pointer, code, message, remedy, params. Row results of a batch have the same shape."""
    texts = catalogue()
    text = texts.find(error.code) or texts.find(GENERIC_FAULT)
    return {
        "pointer": error.pointer,
        "code": error.code,
        "message": fill(text.detail, error.params, language) if text else "",
        "remedy": fill(text.remedy, error.params, language) if text else "",
        "params": {name: plain(value, language) for name, value in error.params.items()},
    }


def problem_response(problem: Problem, request: Request | None = None) -> Response:
    """The problem as a response, in the language of the request under way."""
    language = current_request().language
    body = encode(problem_document(problem, language=language))
    headers = {**problem.headers(), "Content-Language": language, "Cache-Control": "no-store"}
    return Response(body, status_code=problem.status, headers=headers, media_type=PROBLEM_JSON)


def encode(document: object) -> bytes:
    """JSON bytes of a document that may quote a caller's words: what is no Unicode is replaced, not refused."""
    try:
        return orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return orjson.dumps(_encodable(document), default=str, option=orjson.OPT_NON_STR_KEYS)


def plain(value: object, language: Language) -> object:
    """A parameter as JSON has it."""
    match value:
        # Integers beyond 53 bits are rounded by the JSON readers of many languages.
        case int() if abs(value) > 2**53:
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {str(name): plain(item, language) for name, item in value.items()}
        case set() | frozenset():
            return [plain(item, language) for item in sorted(value, key=str)]
        case list() | tuple():
            return [plain(item, language) for item in value]
        case _:
            return spoken(value, language)


def _general(status: int) -> Text:
    text = catalogue().find(_BY_STATUS.get(status, "bad-request" if status < 500 else "internal-error"))
    if text is None:
        raise LookupError(f"the kernel's catalogue lacks the text of status {status}")
    return text


def _encodable(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case Mapping():
            return {str(_encodable(str(name))): _encodable(item) for name, item in value.items()}
        case list() | tuple():
            return [_encodable(item) for item in value]
        case int() if not isinstance(value, bool):
            return str(value)
        case _:
            return value
