"""Writing the history: one statement for all changes of a request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from services.registry import bulk
from services.registry.author import Author
from services.registry.history.tables import household_history
from shared.database import Connection
from shared.pii import Vault


@dataclass(frozen=True, slots=True)
class Change:
    """What changed. `before` and `after` are masked; `sealed` keeps the personal numbers that were replaced."""

    household_id: UUID
    action: str
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    member_id: UUID | None = None
    sealed: Mapping[str, object] | None = None


def difference(
    before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """The fields that differ, as they were and as they are."""
    names = [name for name in after if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


async def record(conn: Connection, changes: Sequence[Change], *, author: Author, vault: Vault) -> None:
    await bulk.insert(
        conn,
        household_history,
        [
            {
                "household_id": change.household_id,
                "member_id": change.member_id,
                "action": change.action,
                "before": change.before,
                "after": change.after,
                "sealed": vault.encrypt(orjson.dumps(dict(change.sealed)).decode()) if change.sealed else None,
                "request_id": author.request_id,
                **author.columns(),
            }
            for change in changes
        ],
    )
