"""Who acts: what every written row says of its origin."""

from dataclasses import dataclass

from shared.auth import Principal
from shared.service import current_request


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
