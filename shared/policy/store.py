"""The policy of a running service: shipped defaults and the newest overrides it has received."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, MetaData, SmallInteger, Table, Text, func

from shared.policy.defaults_file import NATIONAL, Defaults, load_defaults
from shared.policy.models import PolicySnapshot
from shared.policy.policy import Policy

if TYPE_CHECKING:
    from shared.database import Connection

TABLE = "policy_override"

_folders: list[Path] = [NATIONAL]


def register_defaults(folder: Path) -> None:
    """Add a service's own parameters (`services/<name>/policy/*.toml`) to those that `registered_defaults` loads."""
    if folder not in _folders:
        _folders.append(folder)


def registered_defaults() -> Defaults:
    """The shipped parameters: the national ones and those registered; raises `InvalidDefaults`."""
    return load_defaults(*_folders)


def policy_override_table(metadata: MetaData) -> Table:
    """One row: the newest snapshot of overrides, whole."""
    return Table(
        TABLE,
        metadata,
        Column("id", SmallInteger, primary_key=True, autoincrement=False),
        Column("version", BigInteger, nullable=False),
        Column("document", Text, nullable=False),
        Column("applied_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        CheckConstraint("id = 1", name="policy_override_one_row"),
    )


class PolicyStore:
    """Holds `current`, ready to be asked; the table keeps it over restarts and shares it between replicas."""

    def __init__(self, defaults: Defaults | None = None) -> None:
        self._defaults = registered_defaults() if defaults is None else defaults
        self._current = Policy(self._defaults)

    @property
    def current(self) -> Policy:
        return self._current

    @property
    def version(self) -> int:
        """The version of the overrides in force; 0 when there are none."""
        return self._current.version

    async def load(self, conn: "Connection") -> bool:
        """Take what the table holds when it is newer; True when it was.

        Call it at start, and every few seconds: another replica may have been the one that received the snapshot. When
        nothing changed it costs one indexed read.
        """
        document = await conn.fetchval(f"SELECT document FROM {TABLE} WHERE id = 1 AND version > $1", self.version)
        return document is not None and self.take(parse_snapshot(document))

    async def apply(self, conn: "Connection", snapshot: PolicySnapshot) -> bool:
        """Keep a received snapshot when it is newer than the stored one, in the caller's transaction; True when it was.

        `current` changes at once. Should the transaction fail after all, the redelivered snapshot, which is the same,
        makes table and memory agree again.
        """
        stored = await self.keep(conn, snapshot)
        self.take(snapshot)
        return stored

    async def keep(self, conn: "Connection", snapshot: PolicySnapshot) -> bool:
        """Only the stored half of `apply`, for the one who makes snapshots: `take` follows after the commit."""
        stored = await conn.fetchval(
            f"INSERT INTO {TABLE} AS kept (id, version, document, applied_at) VALUES (1, $1, $2, now())"
            " ON CONFLICT (id) DO UPDATE"
            " SET version = excluded.version, document = excluded.document, applied_at = excluded.applied_at"
            " WHERE excluded.version > kept.version RETURNING version",
            snapshot.version,
            snapshot.model_dump_json(),
        )
        return stored is not None

    def take(self, snapshot: PolicySnapshot) -> bool:
        """Make the snapshot current when it is newer; True when it was."""
        if snapshot.version <= self.version:
            return False
        self._current = self.with_overrides(snapshot)
        return True

    def with_overrides(self, snapshot: PolicySnapshot) -> Policy:
        """The policy as it would be under the snapshot; nothing changes."""
        return Policy(self._defaults, snapshot)


def parse_snapshot(document: str | bytes) -> PolicySnapshot:
    """A snapshot from its JSON; raises `ValueError` without quoting the content."""
    try:
        return PolicySnapshot.model_validate_json(document)
    except ValidationError as error:
        raise ValueError(f"no policy snapshot: {error.error_count()} faults") from None
