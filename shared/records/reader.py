"""Read records: one, a page of a list, the history of one. Every read is limited by the caller's scope, in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import orjson

from shared.auth import Principal
from shared.database import Connection, Database, Scope
from shared.pii import Vault
from shared.records.declaration import RecordType
from shared.records.filters import PersonFilter, RecordQuery
from shared.records.resolution import Ambiguous, Resolved, resolve, unmatched_hash
from shared.records.schemas import RecordState
from shared.records.subjects import Reference, Subject
from shared.service.cursor import Cursor
from shared.service.problems import AmbiguousIdentity, NotFound

META_SQL = (
    "t.id, t.member_id, t.household_id, t.division, t.unmatched_hash, t.revision, t.recorded_at, t.recorded_by,"
    " t.source_system, t.voided_at, t.void_reason"
)
_STATES = {
    None: "t.voided_at IS NULL",
    RecordState.MATCHED: "t.voided_at IS NULL AND t.unmatched_hash IS NULL",
    RecordState.UNMATCHED: "t.voided_at IS NULL AND t.unmatched_hash IS NOT NULL",
    RecordState.VOIDED: "t.voided_at IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class RecordPage:
    items: list[dict[str, object]]
    next_cursor: str | None


class RecordReader:
    """Reads the records of one service."""

    def __init__(self, *, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def one(self, record_type: RecordType, record_id: UUID, principal: Principal) -> dict[str, object]:
        """The record as it stands, voided or not. Raises NotFound, also when it is outside the caller's area."""
        async with self._database.acquire(principal.scope) as connection:
            row = await self._row(connection, record_type, record_id, principal.scope)
        return document(record_type, row)

    async def in_transaction(
        self, connection: Connection, record_type: RecordType, record_id: UUID
    ) -> dict[str, object]:
        """The record as a transaction under way sees it; its caller has checked the area."""
        return document(record_type, await self._row(connection, record_type, record_id, Scope.everything()))

    async def page(
        self, record_type: RecordType, query: RecordQuery, principal: Principal, *, limit: int
    ) -> RecordPage:
        """One page, oldest change first. Changes are committed in another order: who follows overlaps a little."""
        scope = principal.scope if query.division is None else principal.scope.narrowed(query.division)
        asked = query.asked(record_type)
        after = None if query.cursor is None else Cursor.decode(asked, query.cursor)
        conditions, values = _conditions(query, scope, after)
        values.append(limit + 1)
        statement = (
            f"SELECT {META_SQL}, {record_type.content_sql} AS content FROM {record_type.table.name} t"
            f" WHERE {' AND '.join(conditions)} ORDER BY t.recorded_at, t.id LIMIT ${len(values)}"
        )
        async with self._database.acquire(principal.scope) as connection:
            rows = await connection.fetch(statement, *values)
        shown = rows[:limit]
        more = len(rows) > limit
        return RecordPage(
            items=[document(record_type, row) for row in shown],
            next_cursor=Cursor(shown[-1]["recorded_at"], shown[-1]["id"]).encode(asked) if more else None,
        )

    async def history(self, record_type: RecordType, record_id: UUID, principal: Principal) -> list[dict[str, object]]:
        """Every change, the first first. Raises NotFound as `one` does."""
        async with self._database.acquire(principal.scope) as connection:
            await self._row(connection, record_type, record_id, principal.scope)
            rows = await connection.fetch(
                "SELECT revision, action, at, principal, source_system, request_id, reason, before, after"
                " FROM record_history WHERE record_type = $1 AND record_id = $2 ORDER BY id",
                record_type.name,
                record_id,
            )
        return [{**dict(row), "before": _parsed(row["before"]), "after": _parsed(row["after"])} for row in rows]

    async def person(self, name: str, reference: Reference, principal: Principal) -> PersonFilter:
        """The filter for a person named by ID number: by `name`, member_id or household_id, where known in the area.

        Raises AmbiguousIdentity.
        """
        async with self._database.acquire(principal.scope) as connection:
            found = (await resolve(connection, {0: (reference, Subject.MEMBER)}, self._vault))[0]
        if isinstance(found, Ambiguous):
            raise AmbiguousIdentity(params={"count": found.count})
        known = isinstance(found, Resolved) and principal.covers(found.division)
        waiting = unmatched_hash(reference, Subject.MEMBER, self._vault)
        return PersonFilter(name, getattr(found, name) if known else None, waiting)

    async def unmatched_counts(self, record_types: Sequence[RecordType], principal: Principal) -> dict[str, int]:
        """How many current records wait for their subject, by record type; those that the caller may see."""
        parts = [
            f"SELECT '{one.name}' AS name, count(*) AS count FROM {one.table.name} t"
            f" WHERE {_STATES[RecordState.UNMATCHED]} AND {visible(1, 2)}"
            for one in record_types
        ]
        async with self._database.acquire(principal.scope) as connection:
            rows = await connection.fetch(" UNION ALL ".join(parts), principal.scope.patterns, principal.subject)
        return {row["name"]: row["count"] for row in rows}

    async def _row(
        self, connection: Connection, record_type: RecordType, record_id: UUID, scope: Scope
    ) -> asyncpg.Record:
        row = await connection.fetchrow(
            f"SELECT {META_SQL}, {record_type.content_sql} AS content FROM {record_type.table.name} t"
            f" WHERE t.id = $3 AND {visible(1, 2)}",
            scope.patterns,
            scope.principal,
            record_id,
        )
        if row is None:
            raise NotFound
        return row


def visible(scope: int, principal: int) -> str:
    """Inside the caller's divisions; without a division, posted by the caller or seen by who sees everything."""
    return (
        f"(t.division LIKE ANY(${scope}::text[]) OR (t.division IS NULL AND"
        f" (t.recorded_by = ${principal}::text OR '%' = ANY(${scope}::text[]))))"
    )


def _conditions(query: RecordQuery, scope: Scope, after: Cursor | None) -> tuple[list[str], list[object]]:
    values: list[object] = [scope.patterns, scope.principal]
    conditions = [
        visible(1, 2) if query.division is None else "t.division LIKE ANY($1::text[]) AND $2::text IS NOT NULL"
    ]
    conditions.append(_STATES[query.state])

    def add(condition: str, *bound: object) -> None:
        places = [f"${len(values) + index + 1}" for index in range(len(bound))]
        values.extend(bound)
        conditions.append(condition.format(*places))

    if query.member_id is not None:
        add("t.member_id = {}", query.member_id)
    if query.household_id is not None:
        add("t.household_id = {}", query.household_id)
    if query.person is not None:
        either = f"(t.{query.person.name} = {{}} OR t.unmatched_hash = {{}})"
        add(either, query.person.id, query.person.waiting)
    if query.changed_since is not None:
        add("t.recorded_at >= {}", query.changed_since)
    if after is not None:
        add("(t.recorded_at, t.id) > ({}, {})", after.moment, after.id)
    for name, value in query.fields.items():
        add(f"t.{name} = {{}}", value)
    return conditions, values


def document(record_type: RecordType, row: asyncpg.Record) -> dict[str, object]:
    """A row as it is read: the record's own fields, then its business fields in their canonical form."""
    if row["voided_at"] is not None:
        state = RecordState.VOIDED
    else:
        state = RecordState.MATCHED if row["unmatched_hash"] is None else RecordState.UNMATCHED
    content = record_type.stored_content(row["content"])
    return {
        "id": str(row["id"]),
        "record_type": record_type.name,
        "state": state,
        "member_id": None if row["member_id"] is None else str(row["member_id"]),
        "household_id": None if row["household_id"] is None else str(row["household_id"]),
        "division": row["division"],
        "business_date": content[record_type.business_date],
        "revision": row["revision"],
        "recorded_at": row["recorded_at"],
        "recorded_by": row["recorded_by"],
        "source_system": row["source_system"],
        "voided_at": row["voided_at"],
        "void_reason": row["void_reason"],
        **content,
    }


def _parsed(value: str | None) -> dict[str, object] | None:
    if value is None:
        return None
    parsed: dict[str, object] = orjson.loads(value)
    return parsed
