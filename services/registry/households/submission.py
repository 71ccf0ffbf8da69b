"""One submitted household, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import ValidationError

from services.registry.households.schemas import HouseholdInput
from services.registry.problems import InvalidForm
from shared.service import FieldError, field_errors
from shared.service.problems import Problem


@dataclass(slots=True)
class Submission:
    """A household as sent: its form once it is valid, then its outcome or the problem that refused it."""

    row: int
    pointer: str
    form: HouseholdInput | None = None
    problem: Problem | None = None
    household_id: UUID | None = None
    created: bool = False
    version: int = 0
    revision: int = 0
    hashes: dict[str, str] = field(default_factory=dict)
    """Pointer of each member given with an ID number, by the number's index."""

    @classmethod
    def parse(cls, document: object, *, row: int = 0, pointer: str = "") -> "Submission":
        if isinstance(document, Problem):
            return cls(row=row, pointer=pointer, problem=document.below(pointer))
        try:
            return cls(row=row, pointer=pointer, form=HouseholdInput.model_validate(document))
        except ValidationError as error:
            problem = InvalidForm(errors=field_errors(error, prefix=pointer))
            return cls(row=row, pointer=pointer, problem=problem)

    @property
    def accepted(self) -> bool:
        return self.problem is None

    def refuse(self, errors: Sequence[FieldError]) -> bool:
        """Refuse the row if there are errors; tells whether it was."""
        if errors:
            self.problem = InvalidForm(errors=errors)
        return bool(errors)
