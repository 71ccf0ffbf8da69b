"""Tables that only grow: histories, steps, the log of who saw what."""

from shared.database.row_scope import Operations


def make_append_only(op: Operations, table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE of the table, to its owner too."""
    op.execute(
        f"CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'insufficient_privilege'; END $$"
    )
    for name, when in (
        ("append_only", "UPDATE OR DELETE ON {table} FOR EACH ROW"),
        ("no_truncate", "TRUNCATE ON {table} FOR EACH STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {when.format(table=table)} EXECUTE FUNCTION {table}_refuse_change()"
        )


def drop_append_only(op: Operations, table: str) -> None:
    """Drop the table and its guard."""
    op.execute(f"DROP TABLE {table}")
    op.execute(f"DROP FUNCTION {table}_refuse_change()")
