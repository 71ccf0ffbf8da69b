"""Refusals.

    Problem
    ├── BadRequest             400  bad-request
    │   ├── MalformedJson           malformed-json
    │   ├── InvalidParameter        invalid-parameter
    │   ├── UnknownFilter           unknown-filter
    │   ├── EmptyFilter             empty-filter
    │   └── InvalidCursor           invalid-cursor
    ├── Unauthenticated        401  unauthenticated
    ├── Forbidden              403  forbidden
    │   └── OutOfArea               out-of-area
    ├── NotFound               404  not-found
    ├── MethodNotAllowed       405  method-not-allowed
    ├── Conflict               409  conflict
    │   ├── AmbiguousIdentity       ambiguous-identity
    │   └── IdempotencyKeyReused    idempotency-key-reused
    ├── PreconditionFailed     412  precondition-failed
    ├── TooLarge               413  body-too-large
    │   └── TooManyRows             too-many-rows
    ├── UnsupportedMediaType   415  unsupported-media-type
    │   └── EncodedBody             encoded-body
    ├── Unprocessable          422  invalid-body
    ├── TooManyRequests        429  too-many-requests
    ├── InternalError          500  internal-error
    └── Unavailable            503  unavailable
        ├── KeysUnavailable         keys-unavailable
        ├── DatabaseUnavailable     database-unavailable
        ├── ConcurrentChange        concurrent-change
        └── TimedOut                timeout

A service derives one class for each business refusal from the class of its status, sets `code`, and gives the code its
texts in its own `messages.toml`. `params` fill the texts and go out with them: never put personal data there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault at one place.

    `pointer` is a JSON pointer (RFC 6901) into the body, such as `/rows/3/birth_date`, or, for what is not in the body,
    `query:limit`, `path:id`, `header:if-match`. `code` names the broken rule in the message catalogue.
    """

    pointer: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class Problem(Exception):  # noqa: N818 - the name that RFC 9457 gives it
    """A refusal that the caller is told of, as problem+json (RFC 9457)."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal-error"

    def __init__(
        self,
        *,
        params: Mapping[str, object] = NOTHING,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(self.code)
        self.params = params
        self.errors = tuple(errors)
        self.retry_after = retry_after

    def below(self, pointer: str) -> "Problem":
        """The same of a part of a larger document: every pointer begins with `pointer`, such as `/rows/3`.

        A copy: an answer may be made more than once, when the transaction lost a race.
        """
        errors = [FieldError(f"{pointer}{one.pointer}", one.code, one.params) for one in self.errors]
        return type(self)(params=self.params, errors=errors, retry_after=self.retry_after)

    def headers(self) -> dict[str, str]:
        """Headers that the response carries besides those of every problem."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class BadRequest(Problem):
    status = 400
    code = "bad-request"


class MalformedJson(BadRequest):
    """The body is no JSON text in UTF-8."""

    code = "malformed-json"


class InvalidParameter(BadRequest):
    """A query, path or header parameter has the wrong form."""

    code = "invalid-parameter"


class UnknownFilter(BadRequest):
    code = "unknown-filter"


class EmptyFilter(BadRequest):
    code = "empty-filter"


class InvalidCursor(BadRequest):
    code = "invalid-cursor"


class Unauthenticated(Problem):
    """No token, or one that is no good; `reason` (RFC 6750) is told in WWW-Authenticate, never why in detail."""

    status = 401
    code = "unauthenticated"

    def __init__(self, *, reason: str | None = None, params: Mapping[str, object] = NOTHING) -> None:
        super().__init__(params=params)
        self.reason = reason

    def headers(self) -> dict[str, str]:
        challenge = 'Bearer realm="yihu"'
        if self.reason is not None:
            challenge += f', error="{self.reason}"'
        return {"WWW-Authenticate": challenge}


class Forbidden(Problem):
    status = 403
    code = "forbidden"


class OutOfArea(Forbidden):
    """The place named is outside the caller's division scope."""

    code = "out-of-area"


class NotFound(Problem):
    status = 404
    code = "not-found"


class MethodNotAllowed(Problem):
    """`params["allow"]` lists the methods allowed, separated by commas."""

    status = 405
    code = "method-not-allowed"

    def headers(self) -> dict[str, str]:
        allow = self.params.get("allow")
        return {"Allow": allow} if isinstance(allow, str) and allow else {}


class Conflict(Problem):
    status = 409
    code = "conflict"


class AmbiguousIdentity(Conflict):
    """More than one person or household answers to what was given."""

    code = "ambiguous-identity"


class IdempotencyKeyReused(Conflict):
    """The key was used before with another payload."""

    code = "idempotency-key-reused"


class PreconditionFailed(Problem):
    status = 412
    code = "precondition-failed"


class TooLarge(Problem):
    status = 413
    code = "body-too-large"


class TooManyRows(TooLarge):
    """More rows at a time than there may be: `params["limit"]`."""

    code = "too-many-rows"


class UnsupportedMediaType(Problem):
    status = 415
    code = "unsupported-media-type"


class EncodedBody(UnsupportedMediaType):
    """The body is compressed (Content-Encoding): `params["encoding"]`."""

    code = "encoded-body"

    def headers(self) -> dict[str, str]:
        """What is accepted, as RFC 9110 (15.5.16) asks."""
        return {**super().headers(), "Accept-Encoding": "identity"}


class Unprocessable(Problem):
    """A payload that is JSON but not what is asked for; `errors` says where."""

    status = 422
    code = "invalid-body"


class TooManyRequests(Problem):
    status = 429
    code = "too-many-requests"


class InternalError(Problem):
    """Our fault; no code of ours raises it."""


class Unavailable(Problem):
    """Not now; it is safe and useful to try again after `retry_after` seconds (1 unless given)."""

    status = 503
    code = "unavailable"

    def __init__(
        self,
        *,
        params: Mapping[str, object] = NOTHING,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = 1,
    ) -> None:
        super().__init__(params=params, errors=errors, retry_after=retry_after)


class KeysUnavailable(Unavailable):
    """No key to check tokens with has been had yet."""

    code = "keys-unavailable"


class DatabaseUnavailable(Unavailable):
    code = "database-unavailable"


class ConcurrentChange(Unavailable):
    """Others changed the same rows at the same moment and the database gave way (deadlock, serialization)."""

    code = "concurrent-change"


class TimedOut(Unavailable):
    code = "timeout"
