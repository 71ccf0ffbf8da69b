"""Which part of the country a read or a write may touch."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """The divisions that a caller may touch, as prefixes of 12-digit codes, and who the caller is.

    `("",)` is everything; `()` is nothing. A helper paired with villages of another district has those villages among
    the prefixes (H06), so the scope follows pairing and not only the caller's own area.
    """

    prefixes: tuple[str, ...]
    principal: str = ""

    @classmethod
    def everything(cls, principal: str = "") -> "Scope":
        return cls(prefixes=("",), principal=principal)

    @classmethod
    def of(cls, prefixes: Iterable[str], *, principal: str) -> "Scope":
        """The scope of these prefixes, those that another one contains left out."""
        kept: list[str] = []
        for prefix in sorted(set(prefixes)):
            if not any(prefix.startswith(shorter) for shorter in kept):
                kept.append(prefix)
        return cls(prefixes=tuple(kept), principal=principal)

    def covers(self, division: str | None) -> bool:
        """Whether the division lies within; nobody but `everything` covers an unknown place."""
        if division is None:
            return "" in self.prefixes
        return any(division.startswith(prefix) for prefix in self.prefixes)

    def narrowed(self, prefix: str) -> "Scope":
        """The part of this scope that lies within the prefix (what a division filter asks for)."""
        inside = [own for own in self.prefixes if own.startswith(prefix)]
        if any(prefix.startswith(own) for own in self.prefixes):
            inside.append(prefix)
        return Scope.of(inside, principal=self.principal)

    @property
    def own(self) -> str:
        """The prefix that a caller means who names no division: its only one, else "", the whole country."""
        return self.prefixes[0] if len(self.prefixes) == 1 else ""

    @property
    def patterns(self) -> list[str]:
        """LIKE patterns, the bind value of `division LIKE ANY($n)`."""
        return [f"{prefix}%" for prefix in self.prefixes]
