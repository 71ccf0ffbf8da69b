"""The kernel's tables and those of the housing records."""

from alembic import op
from alembic.operations import Operations
from sqlalchemy import Boolean, Column, Date, Numeric, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY

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

revision = "0001_housing"
down_revision = None

RECORD_TABLES = (
    "dwelling",
    "appraisal",
    "renovation",
    "relocation",
    "subsidy_payment",
    "satisfaction_survey",
    "house_check",
)


def upgrade() -> None:
    operations = Operations(op.get_context())
    create_kernel_tables(operations)
    create_standing_list_tables(operations)
    create_procedure_tables(operations)
    create_record_table(
        operations,
        "dwelling",
        Column("dwelling_number", SmallInteger, nullable=False),
        Column("surveyed_on", Date, nullable=False),
        Column("tenure", Text, nullable=False),
        Column("structure", Text),
        Column("built_year", SmallInteger),
        Column("floor_area", SmallInteger),
        Column("lived_in", Boolean, nullable=False),
        Column("left_on", Date),
    )
    create_record_table(
        operations,
        "appraisal",
        Column("dwelling_number", SmallInteger, nullable=False),
        Column("appraised_on", Date, nullable=False),
        Column("grade", Text, nullable=False),
        Column("appraiser", Text, nullable=False),
        Column("certificate_number", Text),
        Column("valid_to", Date),
    )
    create_case_table(
        operations,
        "renovation",
        Column("dwelling_number", SmallInteger, nullable=False),
        Column("year", SmallInteger, nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("category", Text, nullable=False),
        Column("category_evidence", Text),
        Column("grade", Text),
        Column("identified_on", Date),
        Column("refused_for", Text),
        Column("project_number", Text),
        Column("mode", Text),
        Column("approved_on", Date),
        Column("granted", Numeric(14, 2)),
        Column("started_on", Date),
        Column("inspected_on", Date),
        Column("accepted_on", Date),
        Column("paid_on", Date),
        Column("paid", Numeric(14, 2)),
    )
    create_record_table(
        operations,
        "relocation",
        Column("agreement_number", Text, nullable=False),
        Column("agreed_on", Date, nullable=False),
        Column("mode", Text, nullable=False),
        Column("resettlement", Text, nullable=False),
        Column("site", Text),
        Column("floor_area", SmallInteger),
        Column("delivered_on", Date),
        Column("moved_in_on", Date),
        Column("old_house_removed_on", Date),
    )
    create_record_table(
        operations,
        "subsidy_payment",
        Column("payment_number", Text, nullable=False),
        Column("project_number", Text, nullable=False),
        Column("fund", Text, nullable=False),
        Column("allotted_on", Date, nullable=False),
        Column("amount", Numeric(14, 2), nullable=False),
        Column("paid_on", Date),
        Column("received", Numeric(14, 2)),
    )
    create_record_table(
        operations,
        "satisfaction_survey",
        Column("project_number", Text, nullable=False),
        Column("surveyed_on", Date, nullable=False),
        Column("satisfaction", Text, nullable=False),
        Column("basic_sanitation", Boolean, nullable=False),
        Column("remark", Text),
        Column("surveyor", Text),
    )
    create_record_table(
        operations,
        "house_check",
        Column("checked_on", Date, nullable=False),
        Column("problems", ARRAY(Text), nullable=False),
        Column("rectify_by", Date),
        Column("rectified_on", Date),
        Column("measure", Text),
        Column("checker", Text),
    )


def downgrade() -> None:
    for table in reversed(RECORD_TABLES):
        op.drop_table(table)
    operations = Operations(op.get_context())
    drop_procedure_tables(operations)
    drop_standing_list_tables(operations)
    drop_kernel_tables(operations)
