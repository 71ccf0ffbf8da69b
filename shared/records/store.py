"""The records in their tables: read the current ones, write what was decided, both set-based."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import orjson

from shared.database import Connection
from shared.records.decision import CurrentRecord, Decision
from shared.records.declaration import META_COLUMNS, RecordType

_HISTORY_COLUMNS = (
    "record_type, record_id, revision, action, at, principal, source_system, request_id, reason, before, after"
)


async def read_current(
    connection: Connection, record_type: RecordType, natural_keys: Collection[str]
) -> dict[tuple[RecordType, str], CurrentRecord]:
    """The current record of each natural key that has one, locked for this transaction."""
    rows = await connection.fetch(
        f"SELECT t.natural_key, t.id, t.revision, t.recorded_at, t.recorded_by, t.source_system,"
        f" {record_type.content_sql} AS content FROM {record_type.table.name} t"
        " WHERE t.natural_key = ANY($1::text[]) AND t.voided_at IS NULL ORDER BY t.id FOR UPDATE",
        list(natural_keys),
    )
    return {
        (record_type, row["natural_key"]): CurrentRecord(
            id=row["id"],
            revision=row["revision"],
            content=record_type.stored_content(row["content"]),
            recorded_at=row["recorded_at"],
            recorded_by=row["recorded_by"],
            source_system=row["source_system"],
        )
        for row in rows
    }


async def write_decisions(connection: Connection, decisions: Sequence[Decision]) -> None:
    """Store rows and history: one statement for each record type that occurs.

    Of several decisions on one record the last is its row; each has its line of history.
    """
    by_type: dict[RecordType, list[Decision]] = defaultdict(list)
    for decision in decisions:
        by_type[decision.record_type].append(decision)
    for record_type, of_type in by_type.items():
        rows = {decision.row["id"]: decision.row for decision in of_type}
        await connection.execute(
            write_sql(record_type),
            orjson.dumps(list(rows.values())).decode(),
            orjson.dumps([_history_line(decision) for decision in of_type]).decode(),
        )


def write_sql(record_type: RecordType) -> str:
    """Upsert of `$1`, rows as a JSON array, and insert of `$2`, their lines of history."""
    name, columns = record_type.table.name, record_type.columns_sql
    kept = [column for column in (*META_COLUMNS, *record_type.fields) if column != "id"]
    updates = ", ".join(f"{column} = excluded.{column}" for column in kept)
    return (
        f"WITH written AS (INSERT INTO {name} ({columns})"
        f" SELECT {columns} FROM jsonb_populate_recordset(NULL::{name}, $1::jsonb)"
        f" ON CONFLICT (id) DO UPDATE SET {updates})"
        f" INSERT INTO record_history ({_HISTORY_COLUMNS})"
        f" SELECT {_HISTORY_COLUMNS} FROM jsonb_populate_recordset(NULL::record_history, $2::jsonb)"
    )


def _history_line(decision: Decision) -> dict[str, object]:
    return {
        "record_type": decision.record_type.name,
        "record_id": decision.row["id"],
        "revision": decision.row["revision"],
        "action": decision.action,
        "at": decision.row["recorded_at"],
        "principal": decision.principal,
        "source_system": decision.source_system,
        "request_id": decision.request_id,
        "reason": decision.reason,
        "before": decision.before,
        "after": decision.after,
    }
