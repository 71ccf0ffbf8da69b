"""Which signals there are: those that departments have published, and whatever a household carries.

The registry knows no department, so it reads their codes from the published lists (`docs/codes.json`). A department
that joined without publishing any is known by what it has signalled.
"""

from functools import cache
from pathlib import Path

import orjson

from services.registry.status.listing import StatusQuery
from shared.database import Database, Scope
from shared.service.problems import FieldError, InvalidParameter

SIGNAL = "signal"
LISTS = "_signal"
"""How the name of each department's list of signals ends."""
_CODES = Path(__file__).parents[3] / "docs" / "codes.json"
_CARRIED = "SELECT EXISTS (SELECT FROM household_status WHERE signals @> ARRAY[$1::text])"


async def check_signal(database: Database, query: StatusQuery) -> None:
    """Raises InvalidParameter where households are asked for by a signal that nobody has ever named."""
    code = query.filters.get(SIGNAL)
    if code is None or code in published_signals():
        return
    async with database.acquire(Scope.everything()) as conn:
        if not await conn.fetchval(_CARRIED, code):
            raise InvalidParameter(errors=[FieldError(f"query:{SIGNAL}", "unknown_code", {"list": f"*{LISTS}"})])


@cache
def published_signals() -> frozenset[str]:
    """The codes of all lists of signals; none where the document is missing."""
    if not _CODES.exists():
        return frozenset()
    lists = orjson.loads(_CODES.read_bytes())["lists"]
    return frozenset(code["code"] for one in lists if one["name"].endswith(LISTS) for code in one["codes"])
