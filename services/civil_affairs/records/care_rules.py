"""Row rules that several records of care share."""

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel

from shared.records import RuleContext
from shared.service.problems import FieldError


def ended_with_reason(content: BaseModel, context: RuleContext) -> Iterator[FieldError]:
    """What has ended says why; what has not, gives no reason (fields `ended_on`, `end_reason`)."""
    ended_on: date | None = getattr(content, "ended_on")  # noqa: B009 - the record type that uses this rule has it
    reason: str | None = getattr(content, "end_reason")  # noqa: B009 - the same
    if ended_on is not None and reason is None:
        yield FieldError("/end_reason", "end_reason_required")
    if ended_on is None and reason is not None:
        yield FieldError("/end_reason", "reason_without_end")
