"""The kernel's tables and those of social assistance."""

from alembic import op
from alembic.operations import Operations
from sqlalchemy import Boolean, Column, Date, Numeric, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from shared.department.migrations import (
    create_case_table,
    create_kernel_tables,
    create_procedure_tables,
    create_record_table,
    create_standing_list_tables,
    drop_kernel_tables,
    drop_procedure_tables,
    drop_standing_list_tables,
)

revision = "0001_assistance"
down_revision = None

RECORD_TABLES = ("focus_person", "edge_household", "death", "dibao_case", "tekun_case", "relief_case")


def upgrade() -> None:
    operations = Operations(op.get_context())
    create_kernel_tables(operations)
    create_standing_list_tables(operations)
    create_procedure_tables(operations)
    create_record_table(
        operations,
        "focus_person",
        Column("focus_group", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("document_number", Text),
    )
    create_record_table(
        operations,
        "edge_household",
        Column("recognised_on", Date, nullable=False),
        Column("per_capita_income", Numeric(14, 2), nullable=False),
        Column("ended_on", Date),
        Column("end_reason", Text),
    )
    create_record_table(
        operations,
        "death",
        Column("died_on", Date, nullable=False),
        Column("registered_on", Date, nullable=False),
        Column("manner", Text, nullable=False),
        Column("document_number", Text),
    )
    create_case_table(
        operations,
        "dibao_case",
        Column("scope", Text, nullable=False),
        Column("person_id", UUID),
        Column("village", Text),
        Column("track", Text, nullable=False),
        Column("visited_on", Date),
        Column("compared_on", Date),
        Column("persons", SmallInteger, nullable=False),
        Column("members", ARRAY(UUID), nullable=False),
        Column("per_capita_income", Numeric(14, 2)),
        Column("property_within_rule", Boolean),
        Column("dibao_class", Text),
        Column("method", Text),
        Column("focus_groups", ARRAY(Text), nullable=False),
        Column("highest_persons", SmallInteger, nullable=False),
        Column("monthly_amount", Numeric(14, 2), nullable=False),
        Column("certificate_number", Text),
        Column("granted_on", Date),
        Column("reviewed_on", Date),
        Column("ended_on", Date),
        Column("end_reason", Text),
    )
    create_case_table(
        operations,
        "tekun_case",
        Column("village", Text),
        Column("labour_ground", Text),
        Column("no_income", Boolean),
        Column("no_supporter", Boolean),
        Column("missing_items", ARRAY(Text), nullable=False),
        Column("care_level", Text),
        Column("mode", Text),
        Column("institution_code", Text),
        Column("basic_amount", Numeric(14, 2), nullable=False),
        Column("care_amount", Numeric(14, 2), nullable=False),
        Column("certificate_number", Text),
        Column("granted_on", Date),
        Column("reviewed_on", Date),
        Column("ended_on", Date),
        Column("end_reason", Text),
    )
    create_case_table(
        operations,
        "relief_case",
        Column("village", Text),
        Column("event", Text, nullable=False),
        Column("event_on", Date, nullable=False),
        Column("path", Text, nullable=False),
        Column("persons", SmallInteger, nullable=False),
        Column("members", ARRAY(UUID), nullable=False),
        Column("form", Text),
        Column("amount", Numeric(14, 2), nullable=False),
        Column("helped_on", Date),
    )


def downgrade() -> None:
    operations = Operations(op.get_context())
    for table in reversed(RECORD_TABLES):
        op.drop_table(table)
    drop_procedure_tables(operations)
    drop_standing_list_tables(operations)
    drop_kernel_tables(operations)
