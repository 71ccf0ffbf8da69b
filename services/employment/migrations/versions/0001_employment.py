"""The kernel's tables and those of the employment records."""

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

revision = "0001_employment"
down_revision = None

RECORD_TABLES = (
    "labour_profile",
    "training_session",
    "training_attendance",
    "employer",
    "employment_base",
    "vacancy",
    "referral",
    "placement",
    "public_welfare_post",
    "employer_award",
    "employment_activity",
    "activity_participation",
    "start_up_support",
)


def upgrade() -> None:
    operations = Operations(op.get_context())
    create_kernel_tables(operations)
    create_standing_list_tables(operations)
    create_record_table(
        operations,
        "labour_profile",
        Column("year", SmallInteger, nullable=False),
        Column("surveyed_on", Date, nullable=False),
        Column("ability", Text, nullable=False),
        Column("skills", ARRAY(Text), nullable=False),
        Column("willing_to_work", Boolean, nullable=False),
        Column("wanted_occupations", ARRAY(Text), nullable=False),
        Column("wanted_places", ARRAY(Text), nullable=False),
        Column("least_monthly_wage", Numeric(14, 2)),
        Column("needs_training", Boolean, nullable=False),
        Column("wanted_trainings", ARRAY(Text), nullable=False),
        Column("wants_start_up", Boolean, nullable=False),
        Column("not_working_reason", Text),
    )
    create_record_table(
        operations,
        "training_session",
        Column("session_number", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("skill", Text),
        Column("starts_on", Date, nullable=False),
        Column("ends_on", Date, nullable=False),
        Column("hours", SmallInteger),
        Column("places", Integer),
        Column("organiser_code", Text),
        Column("organiser_name", Text),
        Column("cost", Numeric(14, 2)),
    )
    create_record_table(
        operations,
        "training_attendance",
        Column("session_number", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("skill", Text),
        Column("started_on", Date, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("completed_on", Date),
        Column("certificate_kind", Text),
        Column("certificate_number", Text),
        Column("certified_on", Date),
    )
    create_record_table(
        operations,
        "employer",
        Column("employer_code", Text, nullable=False),
        Column("employer_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("reported_on", Date, nullable=False),
        Column("workers", Integer, nullable=False),
    )
    create_record_table(
        operations,
        "employment_base",
        Column("base_code", Text, nullable=False),
        Column("base_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("recognised_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("employer_code", Text),
        Column("posts", Integer, nullable=False),
        Column("businesses", Integer, nullable=False),
    )
    create_record_table(
        operations,
        "vacancy",
        Column("vacancy_number", Text, nullable=False),
        Column("employer_code", Text),
        Column("employer_name", Text, nullable=False),
        Column("occupation", Text, nullable=False),
        Column("posts", Integer, nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("closes_on", Date),
        Column("place", Text, nullable=False),
        Column("monthly_wage", Numeric(14, 2), nullable=False),
        Column("youngest", SmallInteger),
        Column("oldest", SmallInteger),
        Column("sex", Text),
        Column("education_least", Text),
        Column("skill", Text),
        Column("accepts_weak_labour", Boolean, nullable=False),
    )
    create_record_table(
        operations,
        "referral",
        Column("vacancy_number", Text, nullable=False),
        Column("employer_name", Text),
        Column("referred_on", Date, nullable=False),
        Column("result", Text, nullable=False),
        Column("result_on", Date),
        Column("reason", Text),
    )
    create_record_table(
        operations,
        "placement",
        Column("employer_name", Text, nullable=False),
        Column("employer_code", Text),
        Column("started_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("end_reason", Text),
        Column("place", Text, nullable=False),
        Column("place_division", Text),
        Column("occupation", Text),
        Column("arrangement", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("monthly_wage", Numeric(14, 2)),
        Column("vacancy_number", Text),
    )
    create_record_table(
        operations,
        "public_welfare_post",
        Column("kind", Text, nullable=False),
        Column("payer", Text, nullable=False),
        Column("organiser_name", Text),
        Column("started_on", Date, nullable=False),
        Column("contract_until", Date, nullable=False),
        Column("ended_on", Date),
        Column("monthly_subsidy", Numeric(14, 2), nullable=False),
    )
    create_record_table(
        operations,
        "employer_award",
        Column("employer_code", Text, nullable=False),
        Column("employer_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("year", SmallInteger, nullable=False),
        Column("paid_on", Date, nullable=False),
        Column("amount", Numeric(14, 2), nullable=False),
    )
    create_record_table(
        operations,
        "employment_activity",
        Column("activity_number", Text, nullable=False),
        Column("activity_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("held_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("employers", Integer, nullable=False),
        Column("posts_offered", Integer, nullable=False),
        Column("visitors", Integer, nullable=False),
        Column("agreements", Integer, nullable=False),
    )
    create_record_table(
        operations,
        "activity_participation",
        Column("activity_number", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("attended_on", Date, nullable=False),
        Column("result", Text, nullable=False),
    )
    create_record_table(
        operations,
        "start_up_support",
        Column("kind", Text, nullable=False),
        Column("business_name", Text, nullable=False),
        Column("granted_on", Date, nullable=False),
        Column("amount", Numeric(14, 2)),
        Column("repay_by", Date),
        Column("base_code", Text),
        Column("jobs_created", SmallInteger, nullable=False),
    )


def downgrade() -> None:
    operations = Operations(op.get_context())
    for table in reversed(RECORD_TABLES):
        op.drop_table(table)
    drop_standing_list_tables(operations)
    drop_kernel_tables(operations)
