"""Who acts: what every written row says of its origin."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from services.registry.problems import InvalidForm
from shared.auth import Principal
from shared.identity import CleanText
from shared.service import FieldError, current_request

DecidedBy = Annotated[
    Annotated[str, CleanText(100)] | None, Field(description="who decided, if it is not the person who calls")
]


@dataclass(frozen=True, slots=True)
class Author:
    principal: str
    source_system: str
    request_id: str

    @classmethod
    def of(cls, principal: Principal) -> "Author":
        return cls(
            principal=principal.subject,
            source_system=principal.source_system,
            request_id=current_request().request_id,
        )

    def columns(self) -> dict[str, object]:
        return {"principal": self.principal, "source_system": self.source_system}


def decider(principal: Principal, named: str | None) -> str:
    """Who decided: the one named, else the person who calls. A system that names nobody raises InvalidForm."""
    decided_by = named or (principal.subject if principal.kind == "person" else None)
    if decided_by is None:
        raise InvalidForm(errors=[FieldError("/decided_by", "decided_by_required")])
    return decided_by
