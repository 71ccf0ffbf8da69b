"""What civil affairs carries households as, read from its newest facts.

The day plays no part: facts that have expired stand until civil affairs speaks again, so that a turn of the year does
not take a category from everybody at midnight. Nothing but the standings of civil affairs decides, and those do not
look at the category: so the circle facts, roster, facts comes to rest after one round.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from shared.database import Connection
from shared.facts.models import Part, Standing, StandingKind
from shared.roster.models import RosterCategory

AUTHORITY = "civil_affairs"
KINDS = (StandingKind.DIBAO, StandingKind.TEKUN, StandingKind.EDGE)

_CONTENT = "SELECT household_id, content FROM department_facts WHERE household_id = ANY($1::uuid[]) AND department = $2"
_NONE = '"standings":[]'


class _Spoken(Part):
    standings: tuple[Standing, ...] = ()


def categories_of(standings: Iterable[Standing]) -> tuple[RosterCategory, ...]:
    """One for each kind: since the first day that one of its standings names, for all members that they name."""
    found: dict[StandingKind, list[Standing]] = {}
    for standing in standings:
        found.setdefault(standing.kind, []).append(standing)
    return tuple(_one(kind, found[kind]) for kind in KINDS if kind in found)


async def said_categories(conn: Connection, household_ids: Collection[UUID]) -> dict[UUID, tuple[RosterCategory, ...]]:
    """The categories of those households that have one."""
    rows = await conn.fetch(_CONTENT, list(household_ids), AUTHORITY)
    spoken = {
        row["household_id"]: categories_of(_Spoken.model_validate_json(row["content"]).standings)
        for row in rows
        if _NONE not in row["content"]
    }
    return {household_id: categories for household_id, categories in spoken.items() if categories}


def _one(kind: StandingKind, standings: list[Standing]) -> RosterCategory:
    whole = any(not standing.members for standing in standings)
    members = () if whole else tuple(sorted({member for standing in standings for member in standing.members}))
    days = [standing.since for standing in standings if standing.since is not None]
    return RosterCategory(kind=kind, members=members, since=min(days, default=None))
