"""The kernel's tables and those of the health records."""

from alembic import op
from alembic.operations import Operations
from sqlalchemy import Boolean, Column, Date, Numeric, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY

from shared.department.migrations import create_kernel_tables, create_record_table, drop_kernel_tables

revision = "0001_health"
down_revision = None

RECORD_TABLES = (
    "insurance_enrolment",
    "doctor_contract",
    "physical_examination",
    "chronic_screening",
    "chronic_patient",
    "chronic_contract",
    "serious_illness_case",
    "settlement_bill",
    "health_card",
    "free_screening",
    "rehabilitation",
    "package_benefit",
    "fund_payment",
    "publicity_visit",
    "institution",
)


def upgrade() -> None:
    operations = Operations(op.get_context())
    create_kernel_tables(operations)
    create_record_table(
        operations,
        "insurance_enrolment",
        Column("year", SmallInteger, nullable=False),
        Column("enrolled", Boolean, nullable=False),
        Column("enrolled_on", Date, nullable=False),
        Column("scheme", Text),
        Column("contribution", Numeric(14, 2)),
        Column("subsidy_class", Text, nullable=False),
        Column("subsidy", Numeric(14, 2)),
        Column("preferential_policy", Boolean, nullable=False),
        Column("serious_illness_insurance", Boolean),
        Column("supplementary_insurance", Boolean, nullable=False),
        Column("commercial_insurance", Boolean, nullable=False),
        Column("not_enrolled_reason", Text),
    )
    create_record_table(
        operations,
        "doctor_contract",
        Column("year", SmallInteger, nullable=False),
        Column("signed_on", Date, nullable=False),
        Column("package", Text, nullable=False),
        Column("doctor", Text),
        Column("institution_code", Text),
    )
    create_record_table(
        operations,
        "physical_examination",
        Column("year", SmallInteger, nullable=False),
        Column("examined_on", Date, nullable=False),
        Column("result", Text, nullable=False),
        Column("findings", Text),
        Column("institution_code", Text),
    )
    create_record_table(
        operations,
        "chronic_screening",
        Column("year", SmallInteger, nullable=False),
        Column("screened_on", Date, nullable=False),
        Column("diseases", ARRAY(Text), nullable=False),
        Column("institution_code", Text),
    )
    create_record_table(
        operations,
        "chronic_patient",
        Column("disease", Text, nullable=False),
        Column("diagnosed_on", Date, nullable=False),
        Column("status", Text, nullable=False),
        Column("ended_on", Date),
        Column("centre_code", Text),
    )
    create_record_table(
        operations,
        "chronic_contract",
        Column("year", SmallInteger, nullable=False),
        Column("disease", Text, nullable=False),
        Column("signed_on", Date, nullable=False),
        Column("follow_ups", SmallInteger, nullable=False),
        Column("doctor", Text),
        Column("institution_code", Text),
    )
    create_record_table(
        operations,
        "serious_illness_case",
        Column("disease", Text, nullable=False),
        Column("diagnosed_on", Date, nullable=False),
        Column("filed_on", Date),
        Column("treatment", Text, nullable=False),
        Column("hospital_code", Text),
        Column("treated_before_payment", Boolean, nullable=False),
        Column("ended_on", Date),
    )
    create_record_table(
        operations,
        "settlement_bill",
        Column("bill_number", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("settled_on", Date, nullable=False),
        Column("admitted_on", Date),
        Column("institution_code", Text),
        Column("serious_illness", Text),
        Column("total", Numeric(14, 2), nullable=False),
        Column("basic_insurance", Numeric(14, 2), nullable=False),
        Column("serious_illness_insurance", Numeric(14, 2), nullable=False),
        Column("supplementary_insurance", Numeric(14, 2), nullable=False),
        Column("medical_aid", Numeric(14, 2), nullable=False),
        Column("other_aid", Numeric(14, 2), nullable=False),
        Column("self_paid", Numeric(14, 2), nullable=False),
        Column("one_stop", Boolean, nullable=False),
        Column("treated_before_payment", Boolean, nullable=False),
    )
    create_record_table(
        operations,
        "health_card",
        Column("card_number", Text, nullable=False),
        Column("issued_on", Date, nullable=False),
        Column("status", Text, nullable=False),
    )
    create_record_table(
        operations,
        "free_screening",
        Column("year", SmallInteger, nullable=False),
        Column("kind", Text, nullable=False),
        Column("screened_on", Date, nullable=False),
        Column("result", Text, nullable=False),
        Column("institution_code", Text),
    )
    create_record_table(
        operations,
        "rehabilitation",
        Column("service", Text, nullable=False),
        Column("started_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("in_insurance", Boolean, nullable=False),
        Column("cost", Numeric(14, 2)),
        Column("paid_by_insurance", Numeric(14, 2)),
        Column("paid_by_aid", Numeric(14, 2)),
        Column("institution_code", Text),
    )
    create_record_table(
        operations,
        "package_benefit",
        Column("year", SmallInteger, nullable=False),
        Column("item", Text, nullable=False),
        Column("granted_on", Date, nullable=False),
        Column("amount", Numeric(14, 2)),
    )
    create_record_table(
        operations,
        "fund_payment",
        Column("payment_number", Text, nullable=False),
        Column("fund", Text, nullable=False),
        Column("paid_on", Date, nullable=False),
        Column("amount", Numeric(14, 2), nullable=False),
        Column("bill_number", Text),
    )
    create_record_table(
        operations,
        "publicity_visit",
        Column("visited_on", Date, nullable=False),
        Column("topics", ARRAY(Text), nullable=False),
        Column("aware", Boolean),
        Column("visitor", Text),
    )
    create_record_table(
        operations,
        "institution",
        Column("institution_code", Text, nullable=False),
        Column("institution_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("assessed_on", Date, nullable=False),
        Column("standard", Boolean, nullable=False),
        Column("publicly_owned", Boolean, nullable=False),
        Column("standard_building", Boolean, nullable=False),
        Column("regular_service", Boolean, nullable=False),
        Column("information_system", Boolean, nullable=False),
        Column("integrated_management", Boolean, nullable=False),
        Column("doctors", SmallInteger, nullable=False),
    )


def downgrade() -> None:
    for table in reversed(RECORD_TABLES):
        op.drop_table(table)
    drop_kernel_tables(Operations(op.get_context()))
