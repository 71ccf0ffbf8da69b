"""A row of the database as the line that is shown."""

from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg
import orjson

from shared.standing_lists.declaration import LineState
from shared.standing_lists.schemas import Counts, Line, LineHistoryEntry


def version_of(revision: int, cause: str) -> str:
    """Changes with each act and with the cause."""
    return f"{revision}.{cause[:12]}"


def line_of(row: Mapping[str, Any] | asyncpg.Record) -> Line:
    """A line as `reading` has it, of which `held_state` is what it was given, and `state` what of it holds."""
    holds = row["state"] == row["held_state"]
    gone = row["state"] == LineState.GONE
    return Line(
        line_id=row["line_id"],
        subject=row["subject_id"],
        member_id=row["member_id"],
        name=row["name"],
        household_id=row["household_id"],
        household_code=row["household_code"],
        division=row["division"],
        detail=orjson.loads(row["detail"]),
        state=row["state"],
        previous_state=None if holds else row["held_state"],
        outcome=row["outcome"] if holds or gone else None,
        remark=row["remark"] if holds or gone else None,
        changed_by=row["principal"],
        changed_at=row["at"],
        source_system=row["source_system"],
        version=version_of(row["revision"], row["cause"]),
    )


def entry_of(row: asyncpg.Record) -> LineHistoryEntry:
    return LineHistoryEntry(
        revision=row["revision"],
        action=row["action"],
        at=row["at"],
        principal=row["principal"],
        source_system=row["source_system"],
        request_id=row["request_id"],
        remark=row["reason"],
        before=orjson.loads(row["before"]),
        after=orjson.loads(row["after"]),
    )


def counts_of(rows: Iterable[asyncpg.Record]) -> Counts:
    """The counts of rows of (state, count)."""
    counts = Counts()
    for row in rows:
        setattr(counts, row["state"], getattr(counts, row["state"]) + row["count"])
        counts.total += row["count"]
    return counts
