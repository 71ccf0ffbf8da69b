"""Pages of parameters and of their history."""

import orjson

from services.registry.policy.schemas import HistoryEntry, ParameterOut
from shared.database import Connection
from shared.identity import NATION, division_chain
from shared.policy import Policy, Setting

_HISTORY = """
SELECT history_id, area, year, action, before::text AS before, after::text AS after, reason, version, principal,
  source_system, recorded_at
FROM policy_history WHERE key = $1 AND ($2::bigint IS NULL OR history_id < $2) ORDER BY history_id DESC LIMIT $3
"""


def parameter_page(
    policy: Policy, *, prefix: str, area: str | None, year: int | None, after: str | None, limit: int
) -> tuple[tuple[ParameterOut, ...], str | None]:
    """Up to `limit` parameters in order of key, and the key to go on after (None at the end)."""
    keys = sorted(key for key in policy.declarations if key.startswith(prefix) and (after is None or key > after))
    page = keys[:limit]
    by_key: dict[str, list[Setting]] = {key: [] for key in page}
    areas = None if area is None else division_chain(area)
    for setting in policy.settings:
        asked = (areas is None or setting.area in areas) and (year is None or setting.year <= year)
        if asked and setting.key in by_key:
            by_key[setting.key].append(setting)
    items = tuple(
        ParameterOut.of(
            policy.declarations[key],
            tuple(by_key[key]),
            None if year is None else policy.find(key, areas=areas or (NATION,), year=year),
        )
        for key in page
    )
    return items, page[-1] if len(keys) > limit else None


async def history_page(
    conn: Connection, key: str, *, before: int | None, limit: int
) -> tuple[tuple[HistoryEntry, ...], int | None]:
    """Up to `limit` changes of a parameter, newest first, and the id to go on before (None at the end)."""
    rows = await conn.fetch(_HISTORY, key, before, limit + 1)
    entries = tuple(
        HistoryEntry(**{**dict(row), "before": _json(row["before"]), "after": _json(row["after"])})
        for row in rows[:limit]
    )
    return entries, entries[-1].history_id if len(rows) > limit else None


def _json(text: str | None) -> object:
    return None if text is None else orjson.loads(text)
