"""Take a record out of force, with a reason. Nothing is deleted."""

from uuid import UUID

import asyncpg
import orjson

from shared.auth import Principal
from shared.clock import Clock
from shared.database import Connection
from shared.records.declaration import RecordType
from shared.records.schemas import HistoryAction
from shared.records.writer import Touch
from shared.roster.cache import SnapshotCache
from shared.roster.lock import lock_households
from shared.service.problems import Conflict, NotFound, PreconditionFailed

_HISTORY = """
INSERT INTO record_history
  (record_type, record_id, revision, action, at, principal, source_system, request_id, reason, before)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


class AlreadyVoided(Conflict):
    """The record was voided before."""

    code = "already-voided"


async def void_record(
    connection: Connection,
    record_type: RecordType,
    record_id: UUID,
    *,
    reason: str,
    principal: Principal,
    request_id: str | None,
    expected_revision: int | None,
    clock: Clock,
    touch: Touch,
    cache: SnapshotCache,
) -> tuple[UUID | None, int | None]:
    """Void the record in the caller's transaction; returns its household and that household's new version.

    Raises NotFound (also outside the caller's area), AlreadyVoided, PreconditionFailed.
    """
    table = record_type.table.name
    household_id = await connection.fetchval(f"SELECT household_id FROM {table} WHERE id = $1", record_id)
    if household_id is not None:
        await lock_households(connection, [household_id], cache)
    row = await connection.fetchrow(
        "SELECT t.household_id, t.division, t.recorded_by, t.revision, t.voided_at,"
        f" {record_type.content_sql} AS content"
        f" FROM {table} t WHERE t.id = $1 FOR UPDATE",
        record_id,
    )
    if row is None or not (principal.covers(row["division"]) or _own_unmatched(row, principal)):
        raise NotFound
    if row["voided_at"] is not None:
        raise AlreadyVoided
    if expected_revision is not None and expected_revision != row["revision"]:
        raise PreconditionFailed(params={"revision": row["revision"]})
    revision, now = row["revision"] + 1, clock.now()
    await connection.execute(
        f"UPDATE {table} SET voided_at = $2, void_reason = $3, revision = $4, recorded_at = $2 WHERE id = $1",
        record_id,
        now,
        reason,
        revision,
    )
    await connection.execute(
        _HISTORY,
        record_type.name,
        record_id,
        revision,
        HistoryAction.VOID.value,
        now,
        principal.subject,
        principal.source_system,
        request_id,
        reason,
        orjson.dumps(record_type.stored_content(row["content"])).decode(),
    )
    if row["household_id"] is None:
        return None, None
    versions = await touch.touch(connection, {row["household_id"]})
    return row["household_id"], versions.get(row["household_id"])


def _own_unmatched(row: asyncpg.Record, principal: Principal) -> bool:
    return row["division"] is None and row["recorded_by"] == principal.subject
