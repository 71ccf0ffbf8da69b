"""What is sent in one go: rows for one batch route."""

from collections.abc import Iterable
from dataclasses import dataclass

Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Step:
    """Rows for one batch route. The rows of a step do not depend on each other, those of a later step may on these."""

    title: str
    service: str
    path: str
    rows: tuple[Document, ...]

    @classmethod
    def of(cls, service: str, records: str, rows: Iterable[Document]) -> "Step":
        """The batch of a department's record type, such as `insurance-enrolments`."""
        return cls(
            title=f"{service}: {records.replace('-', ' ')}",
            service=service,
            path=f"/api/v1/{service}/{records}:batch",
            rows=tuple(rows),
        )
