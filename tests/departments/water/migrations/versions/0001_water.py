"""The kernel's tables and the water checks."""

from alembic import op
from sqlalchemy import Boolean, Column, Date, Numeric, SmallInteger, Text

from shared.department.migrations import create_kernel_tables, create_record_table, drop_kernel_tables

revision = "0001_water"
down_revision = None


def upgrade() -> None:
    create_kernel_tables(op)
    create_record_table(
        op,
        "water_check",
        Column("year", SmallInteger, nullable=False),
        Column("checked_on", Date, nullable=False),
        Column("source", Text, nullable=False),
        Column("litres_per_person_day", Numeric(14, 2), nullable=False),
        Column("quality_passed", Boolean, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("water_check")
    drop_kernel_tables(op)
