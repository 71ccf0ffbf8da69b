"""The append-only, hash-chained log of who saw personal data in full, whose, and what for (practice D.1)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from shared.database import Connection

TABLE = "access_log"
GENESIS = bytes(32)
"""What the first entry takes for the hash before it."""

_LOCK = 0x59694875_41436C67
_PAGE = 2_000


class Reader(Protocol):
    """Who reads: a `Principal`."""

    @property
    def subject(self) -> str: ...
    @property
    def department(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a check of the chain found. `broken_at` is the position of the first entry that does not fit, None if all
    do.

    `head` is the hash of the last entry that fits. Keep (entries, head) outside the database now and then: a chain
    shows every change inside it, but only an older head shows that its end was cut off.
    """

    entries: int
    head: bytes
    broken_at: int | None

    @property
    def intact(self) -> bool:
        return self.broken_at is None


def access_log_table(metadata: MetaData) -> Table:
    """The table, declared once; `create_access_log` of `shared.pii.migration` makes it together with its guards."""
    if TABLE in metadata.tables:
        return metadata.tables[TABLE]
    return Table(
        TABLE,
        metadata,
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("principal", Text, nullable=False),
        Column("department", Text, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("subject_id", Uuid(), nullable=False, index=True),
        Column("fields", ARRAY(Text), nullable=False),
        Column("request_id", Text, nullable=False),
        Column("previous_hash", LargeBinary, nullable=False),
        Column("hash", LargeBinary, nullable=False),
    )


class AccessLog:
    """Writes and checks the log of one database."""

    @staticmethod
    async def record(
        conn: "Connection",
        *,
        principal: Reader,
        purpose: str,
        subject_id: UUID,
        fields: Sequence[str],
        request_id: str,
    ) -> int:
        """Add an entry in the caller's transaction, before the data are given out; returns its position.

        Entries of one database form one chain, so writers wait for each other until they commit.
        """
        await conn.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        last = await conn.fetchrow(f"SELECT position, hash FROM {TABLE} ORDER BY position DESC LIMIT 1")
        position, previous = (last["position"] + 1, bytes(last["hash"])) if last else (1, GENESIS)
        at = datetime.now(UTC)
        shown = sorted(set(fields))
        content = (position, at, principal.subject, principal.department, purpose, subject_id, shown, request_id)
        await conn.execute(
            f"INSERT INTO {TABLE} (position, at, principal, department, purpose, subject_id, fields, request_id,"
            " previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            *content,
            previous,
            entry_hash(previous, content),
        )
        return position


Content = tuple[int, datetime, str, str, str, UUID, list[str], str]
"""position, at, principal, department, purpose, subject, fields, request id."""


def entry_hash(previous: bytes, content: Content) -> bytes:
    """SHA-256 over the hash before and the content as JSON: no two contents read the same."""
    position, at, principal, department, purpose, subject_id, fields, request_id = content
    when = int(at.timestamp()) * 1_000_000 + at.microsecond
    text = orjson.dumps([position, when, principal, department, purpose, str(subject_id), fields, request_id])
    return hashlib.sha256(previous + text).digest()


async def verify_chain(conn: "Connection") -> ChainReport:
    """Read the whole log in order and check every link: content, hash before, positions without a gap."""
    entries, head = 0, GENESIS
    while True:
        rows = await conn.fetch(
            f"SELECT position, at, principal, department, purpose, subject_id, fields, request_id, previous_hash, hash"
            f" FROM {TABLE} WHERE position > $1 ORDER BY position LIMIT {_PAGE}",
            entries,
        )
        for row in rows:
            content: Content = (
                row["position"],
                row["at"],
                row["principal"],
                row["department"],
                row["purpose"],
                UUID(str(row["subject_id"])),
                list(row["fields"]),
                row["request_id"],
            )
            fits = (
                row["position"] == entries + 1
                and bytes(row["previous_hash"]) == head
                and bytes(row["hash"]) == entry_hash(head, content)
            )
            if not fits:
                return ChainReport(entries=entries, head=head, broken_at=row["position"])
            entries, head = entries + 1, bytes(row["hash"])
        if len(rows) < _PAGE:
            return ChainReport(entries=entries, head=head, broken_at=None)
