"""What makes a program a service of this system.

Public face: `create_service`, the problems, `FieldError`, `field_errors`, `problem_document`, `problem_response`,
`json_response`, `parse_json_body`, `check_query`, `current_request`, `Background`.
"""

from shared.service.problems import (
    AmbiguousIdentity,
    BadRequest,
    ConcurrentChange,
    Conflict,
    DatabaseUnavailable,
    EmptyFilter,
    FieldError,
    Forbidden,
    IdempotencyKeyReused,
    InternalError,
    InvalidCursor,
    InvalidParameter,
    KeysUnavailable,
    MalformedJson,
    MethodNotAllowed,
    NotFound,
    OutOfArea,
    PreconditionFailed,
    Problem,
    TimedOut,
    TooLarge,
    TooManyRequests,
    TooManyRows,
    Unauthenticated,
    Unavailable,
    UnknownFilter,
    Unprocessable,
    UnsupportedMediaType,
)

from shared.service.app import LifespanFunction, create_service  # isort: skip
from shared.service.background import Background
from shared.service.bodies import check_json, check_row_count, json_response, parse_json_body, sound_rows
from shared.service.context import RequestContext, current_request
from shared.service.documents import field_document, problem_document, problem_response
from shared.service.strict import check_query, judges_rows, reads_own_query
from shared.service.validation import field_errors

__all__ = [
    "AmbiguousIdentity",
    "Background",
    "BadRequest",
    "ConcurrentChange",
    "Conflict",
    "DatabaseUnavailable",
    "EmptyFilter",
    "FieldError",
    "Forbidden",
    "IdempotencyKeyReused",
    "InternalError",
    "InvalidCursor",
    "InvalidParameter",
    "KeysUnavailable",
    "LifespanFunction",
    "MalformedJson",
    "MethodNotAllowed",
    "NotFound",
    "OutOfArea",
    "PreconditionFailed",
    "Problem",
    "RequestContext",
    "TimedOut",
    "TooLarge",
    "TooManyRequests",
    "TooManyRows",
    "Unauthenticated",
    "Unavailable",
    "UnknownFilter",
    "Unprocessable",
    "UnsupportedMediaType",
    "check_json",
    "check_query",
    "check_row_count",
    "create_service",
    "current_request",
    "field_document",
    "field_errors",
    "json_response",
    "judges_rows",
    "parse_json_body",
    "problem_document",
    "problem_response",
    "reads_own_query",
    "sound_rows",
]
