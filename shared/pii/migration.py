"""The access log in a service's migrations."""

from alembic.operations import Operations
from sqlalchemy import MetaData

from shared.pii.access_log import TABLE, access_log_table

_REFUSE = f"{TABLE}_refuse_change"


def create_access_log(op: Operations) -> None:
    """Make the table and the triggers that refuse UPDATE, DELETE and TRUNCATE, to the owner too."""
    access_log_table(MetaData()).create(op.get_bind())
    op.execute(
        f"""
        CREATE FUNCTION {_REFUSE}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the access log is append-only' USING ERRCODE = 'insufficient_privilege';
        END $$
        """
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}"
        f" FOR EACH ROW EXECUTE FUNCTION {_REFUSE}()"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION {_REFUSE}()"
    )


def drop_access_log(op: Operations) -> None:
    """The way back, for down migrations in development."""
    op.drop_table(TABLE)
    op.execute(f"DROP FUNCTION {_REFUSE}()")
