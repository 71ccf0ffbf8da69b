"""Which problem an exception is: the one place that knows, for FastAPI's handlers and for the error boundary."""

import decimal
import socket
from collections.abc import Callable, Mapping, Sequence

import asyncpg
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared.identity.errors import InvalidIdentifier
from shared.service.problems import (
    NOTHING,
    BadRequest,
    ConcurrentChange,
    Conflict,
    DatabaseUnavailable,
    FieldError,
    Forbidden,
    InternalError,
    InvalidParameter,
    MalformedJson,
    MethodNotAllowed,
    NotFound,
    OutOfArea,
    PreconditionFailed,
    Problem,
    TimedOut,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    UnsupportedMediaType,
)
from shared.service.validation import MAX_FIELD_ERRORS, pointer, safe_params, segment, untagged

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})

_BY_STATUS: Mapping[int, type[Problem]] = {
    kind.status: kind
    for kind in (
        BadRequest, Forbidden, NotFound, Conflict, PreconditionFailed, TooLarge, UnsupportedMediaType, Unprocessable,
        TooManyRequests, Unavailable,
    )
}  # fmt: skip

_KINDS: tuple[tuple[tuple[type[Exception], ...], Callable[[str], Problem]], ...] = (
    ((asyncpg.QueryCanceledError, TimeoutError), lambda _: TimedOut()),
    ((asyncpg.UniqueViolationError,), lambda _: Conflict()),
    # Row-level security refused the row: the second wall behind the scope in the statement.
    ((asyncpg.InsufficientPrivilegeError,), lambda _: OutOfArea()),
    ((RecursionError,), lambda method: _unacceptable("too_deep", method)),
    (
        (
            asyncpg.DataError,
            asyncpg.IntegrityConstraintViolationError,
            asyncpg.ProgramLimitExceededError,
            UnicodeError,
            OverflowError,
            decimal.InvalidOperation,
        ),
        lambda method: _unacceptable("unstorable_value", method),
    ),
    (
        (
            asyncpg.TransactionRollbackError,
            asyncpg.LockNotAvailableError,
            asyncpg.InvalidCachedStatementError,
            asyncpg.OutdatedSchemaCacheError,
        ),
        lambda _: ConcurrentChange(),
    ),
    (
        (
            asyncpg.PostgresConnectionError,
            asyncpg.InsufficientResourcesError,
            asyncpg.OperatorInterventionError,
            asyncpg.InvalidAuthorizationSpecificationError,
            asyncpg.InvalidCatalogNameError,
            asyncpg.ReadOnlySQLTransactionError,
            asyncpg.ObjectNotInPrerequisiteStateError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
            ConnectionError,
            socket.gaierror,
        ),
        lambda _: DatabaseUnavailable(),
    ),
)
"""What is neither a refusal of ours nor of the framework, first match first: last resorts, each of them logged."""


def problem_of(error: Exception, *, method: str = "GET") -> Problem:  # noqa: PLR0911 - a return for each kind
    """The problem that answers an exception; `InternalError` where nobody foresaw it."""
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return _invalid_request(error)
        case HTTPException():
            return _refused_by_framework(error)
        case ExceptionGroup():
            # Of what failed side by side the gravest counts, so that a bug never hides behind a refusal.
            return max((problem_of(one, method=method) for one in error.exceptions), key=lambda one: one.status)
        case InvalidIdentifier():
            return _unacceptable(error.code, method, error.params)
        # asyncpg refuses a value that it cannot encode with an InterfaceError that is a ValueError too.
        case asyncpg.InterfaceError() if isinstance(error, ValueError):
            return _unacceptable("unstorable_value", method)
    return next((make(method) for kinds, make in _KINDS if isinstance(error, kinds)), InternalError())


def _unacceptable(code: str, method: str, params: Mapping[str, object] = NOTHING) -> Problem:
    if method in _WITH_BODY:
        return Unprocessable(errors=[FieldError("", code, params)])
    return InvalidParameter(errors=[FieldError("query:", code, params)])


def _invalid_request(error: RequestValidationError) -> Problem:
    details: Sequence[Mapping[str, object]] = error.errors()
    faults: list[FieldError] = []
    in_body = True
    for detail in details[:MAX_FIELD_ERRORS]:
        location = detail["loc"]
        where, *path = location if isinstance(location, tuple) and location else ("body",)
        code = str(detail["type"])
        if where == "body":
            if code == "json_invalid":
                return MalformedJson()
            faults.append(FieldError(pointer(untagged(path, error.body)), code, safe_params(detail)))
        else:
            in_body = False
            faults.append(FieldError(f"{where}:{'.'.join(segment(part) for part in path)}", code, safe_params(detail)))
    return Unprocessable(errors=faults) if in_body else InvalidParameter(errors=faults)


def _refused_by_framework(error: HTTPException) -> Problem:
    # FastAPI wraps what reading a body raised; the cause says what it was.
    if isinstance(error.__cause__, Problem):
        return error.__cause__
    match error.status_code:
        case 400:
            return MalformedJson() if error.__cause__ is not None else BadRequest()
        case 401:
            return Unauthenticated()
        case 405:
            return MethodNotAllowed(params={"allow": (error.headers or {}).get("Allow", "")})
    kind = _BY_STATUS.get(error.status_code)
    if kind is not None:
        return kind()
    return BadRequest() if error.status_code < 500 else InternalError()
