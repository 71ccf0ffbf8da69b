"""The kernel's tables, the steps of procedures and the repair cases."""

from alembic import op
from sqlalchemy import Column, Date, Numeric, Text

from shared.department.migrations import (
    create_case_table,
    create_kernel_tables,
    create_procedure_tables,
    create_standing_list_tables,
    drop_kernel_tables,
    drop_procedure_tables,
    drop_standing_list_tables,
)

revision = "0001_repairs"
down_revision = None


def upgrade() -> None:
    create_kernel_tables(op)
    create_procedure_tables(op)
    create_standing_list_tables(op)
    create_case_table(
        op,
        "repair_case",
        Column("repair_class", Text, nullable=False),
        Column("cost", Numeric(14, 2), nullable=False),
        Column("visited_on", Date),
        Column("grant_yuan", Numeric(14, 2)),
    )
    create_case_table(
        op,
        "village_work",
        Column("project_code", Text, nullable=False),
        Column("planned_end", Date, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("repair_case")
    op.drop_table("village_work")
    drop_standing_list_tables(op)
    drop_procedure_tables(op)
    drop_kernel_tables(op)
