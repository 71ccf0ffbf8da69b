"""What is sent in one go: rows for one batch route."""

from collections.abc import Iterable
from dataclasses import dataclass

Document = dict[str, object]

OPENED_FOR = "opened_for"
"""In a row of `Step.on_cases`: the household code or ID number that its case was opened for."""
_ON_CASES = "/steps:batch"


@dataclass(frozen=True, slots=True)
class Step:
    """Rows for one batch route. The rows of a step do not depend on each other, those of a later step may on these."""

    title: str
    service: str
    path: str
    rows: tuple[Document, ...]
    strangers: int = 0
    """Rows about households that the registry does not know, and that therefore stay unmatched."""

    @classmethod
    def of(cls, service: str, records: str, rows: Iterable[Document]) -> "Step":
        """The batch of a department's record type, such as `insurance-enrolments`."""
        return cls(
            title=f"{service}: {records.replace('-', ' ')}",
            service=service,
            path=f"/api/v1/{service}/{records}:batch",
            rows=tuple(rows),
        )

    @classmethod
    def on_cases(cls, service: str, cases: str, rows: Iterable[Document]) -> "Step":
        """Steps of a procedure's cases that an earlier step of the demo has opened, one on each case at most."""
        return cls(
            title=f"{service}: steps of {cases.replace('-', ' ')}",
            service=service,
            path=f"/api/v1/{service}/{cases}{_ON_CASES}",
            rows=tuple(rows),
        )

    @property
    def cases(self) -> str:
        """The collection that an opening adds to, and that steps name their cases in."""
        return self.path.removesuffix(_ON_CASES).removesuffix(":batch")

    @property
    def acts_on_cases(self) -> bool:
        return self.path.endswith(_ON_CASES)
