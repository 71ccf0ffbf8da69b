"""The kernel's tables and those of the education records."""

from alembic import op
from alembic.operations import Operations
from sqlalchemy import Boolean, Column, Date, Integer, Numeric, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY

from shared.department.migrations import (
    create_kernel_tables,
    create_record_table,
    create_standing_list_tables,
    drop_kernel_tables,
    drop_standing_list_tables,
)

revision = "0001_education"
down_revision = None

RECORD_TABLES = (
    "enrolment",
    "dropout_case",
    "aid_award",
    "teacher_pairing",
    "home_visit",
    "school",
    "kindergarten_need",
    "student_count",
    "school_cohort",
    "teacher_training",
    "teacher_exchange",
)


def upgrade() -> None:
    operations = Operations(op.get_context())
    create_kernel_tables(operations)
    create_standing_list_tables(operations)
    create_record_table(
        operations,
        "enrolment",
        Column("year", SmallInteger, nullable=False),
        Column("term", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("grade", SmallInteger, nullable=False),
        Column("status", Text, nullable=False),
        Column("registered_on", Date, nullable=False),
        Column("school_code", Text),
        Column("school_name", Text),
        Column("boarding", Boolean, nullable=False),
        Column("inclusive_kindergarten", Boolean, nullable=False),
        Column("left_on", Date),
        Column("reason", Text),
        Column("tuition", Numeric(14, 2)),
        Column("lodging", Numeric(14, 2)),
        Column("books", Numeric(14, 2)),
    )
    create_record_table(
        operations,
        "dropout_case",
        Column("found_on", Date, nullable=False),
        Column("reason", Text, nullable=False),
        Column("school_code", Text),
        Column("visited_on", Date),
        Column("visitor", Text),
        Column("measures", Text),
        Column("returned_on", Date),
        Column("lawful_on", Date),
        Column("lawful_reason", Text),
        Column("lawful_until", Date),
    )
    create_record_table(
        operations,
        "aid_award",
        Column("year", SmallInteger, nullable=False),
        Column("term", Text, nullable=False),
        Column("item", Text, nullable=False),
        Column("award_number", Text, nullable=False),
        Column("school_code", Text),
        Column("stage", Text, nullable=False),
        Column("amount", Numeric(14, 2), nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("posted_on", Date),
        Column("paid_on", Date),
    )
    create_record_table(
        operations,
        "teacher_pairing",
        Column("teacher", Text, nullable=False),
        Column("school_code", Text, nullable=False),
        Column("paired_on", Date, nullable=False),
        Column("ended_on", Date),
    )
    create_record_table(
        operations,
        "home_visit",
        Column("visited_on", Date, nullable=False),
        Column("visitor", Text, nullable=False),
        Column("school_code", Text),
        Column("topics", ARRAY(Text), nullable=False),
    )
    create_record_table(
        operations,
        "school",
        Column("school_code", Text, nullable=False),
        Column("school_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("assessed_on", Date, nullable=False),
        Column("publicly_run", Boolean, nullable=False),
        Column("standardised", Boolean, nullable=False),
        Column("inclusive", Boolean, nullable=False),
        Column("places", Integer, nullable=False),
    )
    create_record_table(
        operations,
        "kindergarten_need",
        Column("year", SmallInteger, nullable=False),
        Column("counted_on", Date, nullable=False),
        Column("children", Integer, nullable=False),
        Column("places", Integer, nullable=False),
    )
    create_record_table(
        operations,
        "student_count",
        Column("year", SmallInteger, nullable=False),
        Column("term", Text, nullable=False),
        Column("school_code", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("counted_on", Date, nullable=False),
        Column("students", Integer, nullable=False),
        Column("aided", Integer, nullable=False),
    )
    create_record_table(
        operations,
        "school_cohort",
        Column("year", SmallInteger, nullable=False),
        Column("counted_on", Date, nullable=False),
        Column("entered", Integer, nullable=False),
        Column("moved_in", Integer, nullable=False),
        Column("moved_out", Integer, nullable=False),
        Column("graduated", Integer, nullable=False),
    )
    create_record_table(
        operations,
        "teacher_training",
        Column("training_number", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("started_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("school_code", Text),
        Column("participants", Integer, nullable=False),
        Column("given_by", Text),
    )
    create_record_table(
        operations,
        "teacher_exchange",
        Column("teacher", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("from_school_code", Text, nullable=False),
        Column("to_school_code", Text, nullable=False),
        Column("started_on", Date, nullable=False),
        Column("ended_on", Date),
    )


def downgrade() -> None:
    for table in reversed(RECORD_TABLES):
        op.drop_table(table)
    operations = Operations(op.get_context())
    drop_standing_list_tables(operations)
    drop_kernel_tables(operations)
