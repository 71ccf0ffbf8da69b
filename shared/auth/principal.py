"""Who is calling, as its verified token says."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import Depends, Request

from shared.database import Scope
from shared.service.problems import Forbidden, Unauthenticated

Kind = Literal["system", "mobile", "person"]
"""A department's system, a mobile application, or a person at the console."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller. `divisions` are 12-digit codes; `000000000000` is the whole country."""

    subject: str
    kind: Kind
    department: str = ""
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    divisions: tuple[str, ...] = ()
    source_system: str = ""
    scope: Scope = field(init=False, compare=False, repr=False)
    """The division scope that every read of this caller is limited by; no division means no row."""

    def __post_init__(self) -> None:
        # Local: the identity package uses the kernel's problems and would close an import circle.
        from shared.identity import division_prefix

        prefixes = tuple(division_prefix(code) for code in self.divisions)
        object.__setattr__(self, "scope", Scope.of(prefixes, principal=self.subject))

    def require(self, *scopes: str) -> None:
        """Raise `Forbidden`, naming the scopes that are missing, unless the caller has all of `scopes`."""
        missing = [scope for scope in scopes if scope not in self.scopes]
        if missing:
            raise Forbidden(params={"scopes": " ".join(missing)})

    def covers(self, division: str | None) -> bool:
        """Whether a place (12 digits; None: not known) is within the caller's divisions."""
        return self.scope.covers(division)


def principal_of(request: Request) -> Principal:
    """The verified caller of this request; raises `Unauthenticated` on a public path without a token."""
    principal = request.scope.get("state", {}).get("principal")
    if not isinstance(principal, Principal):
        raise Unauthenticated
    return principal


# An `async` dependency runs in the event loop; a plain one would be sent to a thread for each request.
async def _principal(request: Request) -> Principal:
    return principal_of(request)


CurrentPrincipal = Annotated[Principal, Depends(_principal)]
