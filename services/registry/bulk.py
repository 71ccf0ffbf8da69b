"""Set-based writes: one statement for any number of rows, derived from the declared table.

The rows travel as one JSON document and are unfolded by `jsonb_to_recordset`; statements hold declared names only.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import orjson
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from shared.database import Connection

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves the dialect's constructor untyped

Row = Mapping[str, object]


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, Decimal | UUID):
        return str(value)  # the driver's own UUIDs are no plain ones to orjson
    raise TypeError(type(value).__name__)


def encode(rows: Sequence[Row]) -> str:
    """The rows as the JSON document that the statements below unfold."""
    return orjson.dumps([dict(row) for row in rows], default=_plain).decode()


def recordset(table: Table, columns: Sequence[str]) -> str:
    """`jsonb_to_recordset($1::jsonb) AS given(column type, ...)` for these columns of the table."""
    typed = ", ".join(f'"{name}" {table.c[name].type.compile(dialect=_DIALECT)}' for name in columns)
    return f"jsonb_to_recordset($1::jsonb) AS given({typed})"


async def insert(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all have the keys of the first; nothing to do for none."""
    if not rows:
        return
    columns = tuple(rows[0])
    names = ", ".join(f'"{name}"' for name in columns)
    await conn.execute(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {recordset(table, columns)}", encode(rows)
    )


async def update(conn: Connection, table: Table, rows: Sequence[Row], *, key: str, count: bool = False) -> None:
    """Set, in each row named by `key`, the other columns of the first row's keys; `count` its revision up."""
    if not rows:
        return
    columns = tuple(rows[0])
    settings = [f'"{name}" = given."{name}"' for name in columns if name != key]
    if count:
        settings += ["revision = target.revision + 1", "updated_at = now()"]
    await conn.execute(
        f"UPDATE {table.name} AS target SET {', '.join(settings)} FROM {recordset(table, columns)}"
        f' WHERE target."{key}" = given."{key}"',
        encode(rows),
    )


def decode(value: object) -> dict[str, object]:
    """A jsonb column as asyncpg gives it (text) as a mapping."""
    document: object = orjson.loads(value) if isinstance(value, str | bytes) else {}
    return document if isinstance(document, dict) else {}


def jsonable(value: object) -> object:
    """A value as it stands in a JSON answer: ids, dates, times and money as text."""
    match value:
        case UUID() | Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return [jsonable(item) for item in value]
        case dict():
            return {str(key): jsonable(item) for key, item in value.items()}
        case _:
            return value
