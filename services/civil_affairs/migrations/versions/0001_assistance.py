"""The kernel's tables and those of social assistance."""

from alembic import op
from alembic.operations import Operations
from sqlalchemy import Column, Date, Text

from shared.department.migrations import create_kernel_tables, create_record_table, drop_kernel_tables

revision = "0001_assistance"
down_revision = None

RECORD_TABLES = ("focus_person",)


def upgrade() -> None:
    operations = Operations(op.get_context())
    create_kernel_tables(operations)
    create_record_table(
        operations,
        "focus_person",
        Column("focus_group", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("document_number", Text),
    )


def downgrade() -> None:
    for table in reversed(RECORD_TABLES):
        op.drop_table(table)
    drop_kernel_tables(Operations(op.get_context()))
