"""Reading statuses: one row as stored bytes, always within the caller's divisions."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.registry.status.row import source_versions
from services.registry.status.waiters import StatusWaiters
from shared.clock import Clock
from shared.codes import code_list
from shared.database import Database, Scope
from shared.pii import Vault
from shared.service.problems import AmbiguousIdentity, FieldError, InvalidParameter, NotFound, Unavailable

_COLUMNS = "household_id, division, body, etag, version, source_versions"
_BY_ID = f"SELECT {_COLUMNS} FROM household_status WHERE household_id = $1 AND division LIKE ANY ($2::text[])"
_BY_CODE = f"SELECT {_COLUMNS} FROM household_status WHERE code = $1 AND division LIKE ANY ($2::text[]) LIMIT 2"
_HOME = """
SELECT DISTINCT household_id FROM roster_member
WHERE id_hash = $1 AND active AND division LIKE ANY ($2::text[]) LIMIT 2
"""
_UNHEARD = """
SELECT name FROM unnest($1::text[]) AS name WHERE NOT EXISTS (SELECT FROM department_facts WHERE department = name)
"""


class StatusNotFound(NotFound):
    code = "status-not-found"


class StatusNotYet(Unavailable):
    """The status does not contain the wanted versions yet, and the time to wait for them is over."""

    code = "status-not-yet"


class AmbiguousHousehold(AmbiguousIdentity):
    code = "ambiguous-household"


@dataclass(frozen=True, slots=True)
class StoredStatus:
    """A status as it lies in the table; `sources` is JSON."""

    household_id: UUID
    division: str
    body: str
    etag: str
    version: int
    sources: str

    @classmethod
    def of(cls, row: asyncpg.Record) -> "StoredStatus":
        return cls(*row.values())

    def contains(self, wanted: Mapping[str, int]) -> bool:
        held = source_versions(self.sources)
        return all(held.get(department, 0) >= version for department, version in wanted.items())


class StatusReader:
    """The only place that reads single statuses for callers. Scope is an argument of every read."""

    def __init__(
        self,
        database: Database,
        *,
        vault: Vault,
        clock: Clock,
        waiters: StatusWaiters,
        wait_seconds: float = 5.0,
        look_again_seconds: float = 0.1,
    ) -> None:
        """`wait_seconds` bounds `at_least`; another replica's commits are seen within `look_again_seconds`."""
        self.database = database
        self.clock = clock
        self._vault = vault
        self._waiters = waiters
        self._wait_seconds = wait_seconds
        self._look_again_seconds = look_again_seconds

    async def by_id(self, scope: Scope, household_id: UUID, *, at_least: Mapping[str, int]) -> StoredStatus:
        """Raises StatusNotFound (also for what lies outside the scope) or StatusNotYet."""
        return await self._contained(scope, await self._read(scope, household_id), at_least)

    async def by_code(self, scope: Scope, code: str, *, at_least: Mapping[str, int]) -> StoredStatus:
        """Raises StatusNotFound, AmbiguousHousehold or StatusNotYet."""
        async with self.database.acquire(scope) as conn:
            rows = await conn.fetch(_BY_CODE, code, scope.patterns)
        if len(rows) > 1:
            raise AmbiguousHousehold
        if not rows:
            raise StatusNotFound
        return await self._contained(scope, StoredStatus.of(rows[0]), at_least)

    async def by_id_number(self, scope: Scope, id_number: str, *, at_least: Mapping[str, int]) -> StoredStatus:
        """The household in which the person with this ID number lives now. Raises as `by_code` does."""
        async with self.database.acquire(scope) as conn:
            rows = await conn.fetch(_HOME, self._vault.index(id_number), scope.patterns)
        if len(rows) > 1:
            raise AmbiguousHousehold
        if not rows:
            raise StatusNotFound
        return await self.by_id(scope, rows[0]["household_id"], at_least=at_least)

    async def _read(self, scope: Scope, household_id: UUID) -> StoredStatus:
        async with self.database.acquire(scope) as conn:
            row = await conn.fetchrow(_BY_ID, household_id, scope.patterns)
        if row is None:
            raise StatusNotFound
        return StoredStatus.of(row)

    async def _contained(self, scope: Scope, status: StoredStatus, wanted: Mapping[str, int]) -> StoredStatus:
        if not wanted or status.contains(wanted):
            return status
        deadline = time.monotonic() + self._wait_seconds
        with self._waiters.watch(status.household_id) as committed:
            while True:
                committed.clear()
                status = await self._read(scope, status.household_id)
                if status.contains(wanted):
                    return status
                left = deadline - time.monotonic()
                if left <= 0:
                    # Not before the wait: a department that has just joined is known by its first facts alone.
                    await self._check_sources(wanted)
                    raise StatusNotYet(params={"at_least": ",".join(f"{one}:{v}" for one, v in wanted.items())})
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(left, self._look_again_seconds)):
                        await committed.wait()

    async def _check_sources(self, wanted: Mapping[str, int]) -> None:
        """Raises InvalidParameter for a source that nobody knows: its version will never come, however long one waits.

        Known are the departments listed and, beside them, each that has ever said anything.
        """
        departments = code_list("department").codes
        unlisted = [source for source in wanted if source not in departments]
        if not unlisted:
            return
        async with self.database.acquire(Scope.everything()) as conn:
            unheard = [row["name"] for row in await conn.fetch(_UNHEARD, unlisted)]
        if unheard:
            params = {"sources": ", ".join(unheard), "known": ", ".join(departments)}
            raise InvalidParameter(errors=[FieldError("query:at_least", "at_least_source", params)])
