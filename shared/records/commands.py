"""What a caller asks to be written, and what became of it."""

from collections.abc import Callable, Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from uuid import UUID

from shared.auth import Principal
from shared.records.declaration import RecordType
from shared.records.idempotency import Once, StoredResponse
from shared.records.schemas import RecordState
from shared.records.subjects import SubjectFields
from shared.service.problems import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """One row to create or correct; `expected_revision`, `only_correct` and `only_create` are its preconditions."""

    record_type: RecordType
    record: SubjectFields
    principal: Principal
    request_id: str | None = None
    expected_revision: int | None = None
    only_correct: bool = False
    only_create: bool = False


@dataclass(slots=True)
class Accepted:
    """A row taken in: 201 created, 200 corrected or unchanged. `version` is known once the facts are computed."""

    status: int
    id: UUID
    revision: int
    state: RecordState
    household_id: UUID | None
    document: Callable[[], dict[str, object]]
    """The record as it is read; made only when it is asked for, since a batch answers without it."""
    changed: bool
    version: int | None = None
    more: Mapping[str, object] = field(default_factory=dict)
    """What else the row's result in a batch says."""


@dataclass(frozen=True, slots=True)
class Refused:
    problem: Problem


Outcome = Accepted | Refused


@dataclass(slots=True, eq=False)
class Submission:
    """The rows of one request, written together with others' in one transaction.

    `render` makes the answer; a Problem that it raises (the refusal of a single row) is the answer too, and is not kept
    under the idempotency key: the same request may succeed later. It runs in `context`, the caller's own, since
    whoever writes for a group of requests is in the context of another (its language, its request id).
    """

    commands: Sequence[Command]
    render: Callable[[Sequence[Outcome]], StoredResponse]
    once: Once | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    context: Context = field(default_factory=copy_context)
