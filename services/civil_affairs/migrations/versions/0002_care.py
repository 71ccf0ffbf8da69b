"""The tables of care: the disabled, children, those left behind, guardianship, contacts, facilities, legal aid."""

from alembic import op
from alembic.operations import Operations
from sqlalchemy import Boolean, Column, Date, Numeric, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY

from shared.department.migrations import create_case_table, create_record_table

revision = "0002_care"
down_revision = "0001_assistance"

RECORD_TABLES = (
    "disabled_person",
    "disability_subsidy",
    "distressed_child",
    "left_behind_person",
    "guardianship",
    "care_contact",
    "care_partner",
    "care_facility",
    "facility_stay",
    "legal_aid_case",
    "protection_case",
)


def upgrade() -> None:
    operations = Operations(op.get_context())
    create_record_table(
        operations,
        "disabled_person",
        Column("surveyed_on", Date, nullable=False),
        Column("certificate_state", Text, nullable=False),
        Column("disability_type", Text),
        Column("disability_grade", Text),
        Column("reissue", Text),
        Column("issued_on", Date),
        Column("expires_on", Date),
        Column("self_care", Text),
        Column("depends_on_family", Boolean, nullable=False),
        Column("long_term_care", Boolean),
        Column("barring_allowance", Text),
    )
    create_record_table(
        operations,
        "disability_subsidy",
        Column("kind", Text, nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("decision", Text, nullable=False),
        Column("decided_on", Date),
        Column("monthly_amount", Numeric(14, 2)),
        Column("starts_on", Date),
        Column("refusal", Text),
        Column("ended_on", Date),
        Column("end_reason", Text),
    )
    create_record_table(
        operations,
        "distressed_child",
        Column("child_class", Text, nullable=False),
        Column("identified_on", Date, nullable=False),
        Column("father", Text),
        Column("mother", Text),
        Column("care_mode", Text, nullable=False),
        Column("facility_code", Text),
        Column("allowance_from", Date),
        Column("monthly_allowance", Numeric(14, 2)),
        Column("ended_on", Date),
        Column("end_reason", Text),
    )
    create_record_table(
        operations,
        "left_behind_person",
        Column("left_behind_group", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("absence", Text, nullable=False),
        Column("away_at", Text),
        Column("surveyed_on", Date, nullable=False),
        Column("difficulties", ARRAY(Text), nullable=False),
        Column("ended_on", Date),
        Column("end_reason", Text),
    )
    create_record_table(
        operations,
        "guardianship",
        Column("guardian", Text, nullable=False),
        Column("guardian_kind", Text, nullable=False),
        Column("form", Text, nullable=False),
        Column("signed_on", Date, nullable=False),
        Column("agreement_number", Text),
        Column("agreed_until", Date),
        Column("capable", Boolean),
        Column("ended_on", Date),
        Column("end_reason", Text),
    )
    create_record_table(
        operations,
        "care_contact",
        Column("contacted_on", Date, nullable=False),
        Column("contacted_by", Text, nullable=False),
        Column("party", Text, nullable=False),
        Column("means", Text, nullable=False),
        Column("finding", Text, nullable=False),
        Column("note", Text),
        Column("help_given", Text),
        Column("next_due_on", Date),
    )
    create_record_table(
        operations,
        "care_partner",
        Column("party", Text, nullable=False),
        Column("partner", Text, nullable=False),
        Column("organisation", Text),
        Column("since", Date, nullable=False),
        Column("until", Date),
    )
    create_record_table(
        operations,
        "care_facility",
        Column("facility_code", Text, nullable=False),
        Column("facility_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("assessed_on", Date, nullable=False),
        Column("beds", SmallInteger, nullable=False),
        Column("nursing_beds", SmallInteger, nullable=False),
        Column("occupied", SmallInteger, nullable=False),
        Column("staff", SmallInteger, nullable=False),
        Column("standard", Boolean, nullable=False),
    )
    create_record_table(
        operations,
        "facility_stay",
        Column("facility_code", Text, nullable=False),
        Column("facility_division", Text),
        Column("basis", Text, nullable=False),
        Column("admitted_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("end_reason", Text),
    )
    create_record_table(
        operations,
        "legal_aid_case",
        Column("matter", Text, nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("decision", Text, nullable=False),
        Column("decided_on", Date),
        Column("refusal", Text),
        Column("lawyer", Text),
        Column("closed_on", Date),
        Column("outcome", Text),
    )
    create_case_table(
        operations,
        "protection_case",
        Column("danger", Text, nullable=False),
        Column("reporter", Text, nullable=False),
        Column("measure", Text),
        Column("responded_on", Date),
        Column("facility_code", Text),
        Column("risk", Text),
        Column("outcome", Text),
    )


def downgrade() -> None:
    for table in reversed(RECORD_TABLES):
        op.drop_table(table)
