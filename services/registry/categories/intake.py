"""Takes a changed category up into the roster, in the transaction that stores the facts of civil affairs."""

from collections.abc import Sequence
from uuid import UUID

from services.registry.author import Author
from services.registry.categories.said import AUTHORITY, categories_of
from services.registry.history.recorder import Change, record
from services.registry.roster import RosterPublisher
from shared.database import Connection
from shared.facts.models import FactsSnapshot
from shared.pii import Vault
from shared.roster.apply import parse_snapshot
from shared.roster.lock import take_locks
from shared.roster.models import RosterCategory

ACTION = "category"
_HELD = "SELECT household_id, snapshot FROM roster_household WHERE household_id = ANY($1::uuid[])"
_AUTHOR = Author(principal=AUTHORITY, source_system=AUTHORITY, request_id="")


class CategoryIntake:
    def __init__(self, publisher: RosterPublisher, *, vault: Vault) -> None:
        self._publisher = publisher
        self._vault = vault

    async def __call__(self, conn: Connection, snapshots: Sequence[FactsSnapshot]) -> frozenset[UUID]:
        """Publish the rosters of households that civil affairs now carries as something else, with their history.

        `snapshots` are newly stored ones. All their households are locked in the order of ids, as every writer does it,
        and their statuses follow with the roster.
        """
        said = {
            one.household_id: categories_of(one.facts.standings) for one in snapshots if one.department == AUTHORITY
        }
        if not said:
            return frozenset()
        await take_locks(conn, {one.household_id for one in snapshots})
        changes = []
        for row in await conn.fetch(_HELD, list(said)):
            before, after = parse_snapshot(row["snapshot"]).categories, said[row["household_id"]]
            if before != after:
                changes.append(
                    Change(
                        household_id=row["household_id"],
                        action=ACTION,
                        before={"categories": _document(before)},
                        after={"categories": _document(after)},
                    )
                )
        if not changes:
            return frozenset()
        await record(conn, changes, author=_AUTHOR, vault=self._vault)
        touched = {change.household_id for change in changes}
        await self._publisher.touch(conn, touched)
        return frozenset(touched)


def _document(categories: Sequence[RosterCategory]) -> list[object]:
    return [category.model_dump(mode="json") for category in categories]
