"""Who may take a step: a role, and how wide an area its holder must answer for."""

from dataclasses import dataclass

from shared.auth import Principal
from shared.identity import Level, division_level, division_prefix

_WIDTH = {level: rank for rank, level in enumerate(reversed(list(Level)))}
"""Village 0, nation 5."""
_TERRITORY = frozenset({"village", "township"})


@dataclass(frozen=True, slots=True)
class Actor:
    """The holders of a role whose area is at least of that level.

    They belong to the service's own department, to one named in `departments`, or to none. A `system` records what
    officials did: it names the official, and one of the step's other roles, in `on_behalf_of`.
    """

    role: str
    level: Level
    departments: frozenset[str] = frozenset()
    system: bool = False

    def divisions_of(self, principal: Principal, service: str) -> tuple[str, ...]:
        """The principal's own divisions in which it acts as this one; empty when it does not."""
        if self.role not in principal.roles or principal.department not in {"", service, *self.departments}:
            return ()
        return tuple(one for one in principal.divisions if _WIDTH[division_level(one)] >= _WIDTH[self.level])

    def acts(self, principal: Principal, service: str, division: str | None) -> bool:
        """Whether the principal acts as this one for a case of that division (None: the place is not known yet)."""
        own = self.divisions_of(principal, service)
        return bool(own) if division is None else any(division.startswith(division_prefix(one)) for one in own)


VILLAGE_OFFICER = Actor("village_officer", Level.VILLAGE, _TERRITORY)
TOWNSHIP_OFFICER = Actor("township_officer", Level.TOWNSHIP, _TERRITORY)
DISTRICT_OFFICER = Actor("district_officer", Level.COUNTY)
DEPARTMENT_SYSTEM = Actor("department_system", Level.COUNTY, system=True)
"""A department's information system. Only steps that name it take what it records."""
