"""The second wall: row-level security by division, set up by migrations.

The first wall is the scope argument of every repository read. Should one forget it, PostgreSQL still shows a caller no
row outside the divisions that were set on the connection. A row without a division (a record whose person is not yet
known to the roster) is seen by who posted it, and by background work.
"""

from typing import Protocol


class Operations(Protocol):
    """The part of alembic's `op` that is used here."""

    def execute(self, sqltext: str) -> None: ...


def enable_row_scope(op: Operations, table: str, *, division: str = "division", owner: str | None = None) -> None:
    """Limit every read and write of the table to the session's divisions.

    `owner` names the column that holds the posting principal, for tables whose division may be null.
    """
    # ARRAY(SELECT …) is worked out once a statement; a cast of the setting would be worked out for every row.
    scope = "ARRAY(SELECT unnest(current_setting('yihu.scope', true)::text[]))"
    rule = f"{division} LIKE ANY ({scope})"
    if owner is not None:
        rule += (
            f" OR ({division} IS NULL AND (current_setting('yihu.principal', true) = {owner}"
            " OR current_setting('yihu.scope', true) = '{\"%\"}'))"
        )
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY row_scope ON {table} USING ({rule}) WITH CHECK ({rule})")


def disable_row_scope(op: Operations, table: str) -> None:
    op.execute(f"DROP POLICY row_scope ON {table}")
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
