"""The access log in a service's migrations."""

from alembic.operations import Operations
from sqlalchemy import MetaData

from shared.database.append_only import drop_append_only, make_append_only
from shared.pii.access_log import TABLE, access_log_table


def create_access_log(op: Operations) -> None:
    """Make the table, which only grows."""
    access_log_table(MetaData()).create(op.get_bind())
    make_append_only(op, TABLE)


def drop_access_log(op: Operations) -> None:
    """The way back, for down migrations in development."""
    drop_append_only(op, TABLE)
