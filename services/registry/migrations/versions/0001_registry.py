"""The registry's first tables: divisions, villages, households, members, what happened to them; the kernel's tables."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql

from shared.database.append_only import drop_append_only, make_append_only
from shared.database.row_scope import enable_row_scope
from shared.department.migrations import create_kernel_tables, create_record_table
from shared.pii.migration import create_access_log, drop_access_log

revision = "0001_registry"
down_revision = None

_DIVISIONS = Path(__file__).parents[2] / "data" / "divisions.csv"
_TABLES = (
    "natural_change",
    "membership",
    "household_state",
    "village",
    "household",
    "roster_member",
    "roster_household",
    "outbox",
    "member",
    "income_year",
    "idempotency",
    "policy_override",
    "division",
)

_AMOUNTS = (
    "wage_work",
    "wage_post_department",
    "wage_post_township",
    "wage_post_village",
    "wage_other",
    "operating_crops",
    "operating_livestock",
    "operating_forest_fruit",
    "operating_other",
    "property_asset_dividend",
    "property_land_transfer",
    "property_finance_project",
    "property_entrusted_breeding",
    "property_other",
    "transfer_family_planning",
    "transfer_dibao",
    "transfer_tekun",
    "transfer_pension",
    "transfer_eco_returned_farmland",
    "transfer_eco_public_forest",
    "transfer_eco_grassland",
    "transfer_eco_resettlement",
    "transfer_eco_other",
    "transfer_soil_fertility",
    "transfer_old_age",
    "transfer_special_care",
    "transfer_disability",
    "transfer_education",
    "transfer_disaster_relief",
    "transfer_support_of_parents",
    "transfer_heating",
    "transfer_poverty_insurance",
    "transfer_donation",
    "transfer_other",
    "operating_expense",
    "property_expense",
    "transfers_paid",
    "insurance_claims",
    "compliant_self_paid",
)


def upgrade() -> None:
    operations = Operations(op.get_context())
    op.execute("CREATE SEQUENCE roster_stamp")
    create_kernel_tables(operations)
    op.drop_table("household_facts")  # the registry states none
    amounts: list[sa.Column[object]] = [sa.Column(name, sa.Numeric(14, 2), nullable=False) for name in _AMOUNTS]
    create_record_table(
        operations,
        "income_year",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("concept", sa.Text(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=True),
        *amounts,
    )
    op.create_table(
        "division",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["division.code"], name="fk_division_parent_code", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("code", name="pk_division"),
    )
    op.create_index("ix_division_parent_code", "division", ["parent_code"], unique=False)
    op.create_table(
        "member",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_hash", sa.Text(), nullable=True),
        sa.Column("disability_card_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("ethnicity", sa.Text(), nullable=True),
        sa.Column("education", sa.Text(), nullable=True),
        sa.Column("student_status", sa.Text(), nullable=True),
        sa.Column("labour_skill", sa.Text(), nullable=True),
        sa.Column("health_status", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("political_status", sa.Text(), nullable=True),
        sa.Column("disability_type", sa.Text(), nullable=True),
        sa.Column("disability_grade", sa.Text(), nullable=True),
        sa.Column("work_months", sa.SmallInteger(), nullable=True),
        sa.Column("work_place", sa.Text(), nullable=True),
        sa.Column("profile", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_member"),
        sa.UniqueConstraint("id_hash", name="uq_member_id_hash"),
    )
    op.create_table(
        "household",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_since", sa.Date(), nullable=False),
        sa.Column("household_type", sa.Text(), nullable=False),
        sa.Column("monitoring_category", sa.Text(), nullable=True),
        sa.Column("causes", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("risks", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("management_ability", sa.Boolean(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.Text(), nullable=True),
        sa.Column("bank_account_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("bank_account_hash", sa.Text(), nullable=True),
        sa.Column("profile", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("living", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["division"], ["division.code"], name="fk_household_division"),
        sa.ForeignKeyConstraint(["merged_into"], ["household.household_id"], name="fk_household_merged_into"),
        sa.PrimaryKeyConstraint("household_id", name="pk_household"),
        sa.UniqueConstraint("code", name="uq_household_code"),
    )
    op.create_index("ix_household_causes", "household", ["causes"], unique=False, postgresql_using="gin")
    op.create_index("ix_household_division_household_id", "household", ["division", "household_id"], unique=False)
    op.create_index("ix_household_recorded_at", "household", ["recorded_at", "household_id"], unique=False)
    op.create_index("ix_household_updated_at", "household", ["updated_at"], unique=False)
    op.create_table(
        "village",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("village_class", sa.Text(), nullable=False),
        sa.Column("profile", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["division.code"], name="fk_village_code"),
        sa.PrimaryKeyConstraint("code", name="pk_village"),
    )
    op.create_table(
        "household_history",
        sa.Column("history_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.household_id"], name="fk_household_history_household_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.member_id"], name="fk_household_history_member_id"),
        sa.PrimaryKeyConstraint("history_id", name="pk_household_history"),
    )
    op.create_index(
        "ix_household_history_household_id_history_id",
        "household_history",
        ["household_id", "history_id"],
        unique=False,
    )
    op.create_index("ix_household_history_member_id", "household_history", ["member_id"], unique=False)
    make_append_only(op, "household_history")
    op.create_table(
        "household_state",
        sa.Column("household_state_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.household_id"], name="fk_household_state_household_id"),
        sa.PrimaryKeyConstraint("household_state_id", name="pk_household_state"),
    )
    op.create_index("ix_household_state_household_id_since", "household_state", ["household_id", "since"], unique=False)
    op.create_index(
        "uq_household_state_household_id_current",
        "household_state",
        ["household_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "membership",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("joined_by", sa.Text(), nullable=False),
        sa.Column("left_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["household_id"], ["household.household_id"], name="fk_membership_household_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.member_id"], name="fk_membership_member_id"),
        sa.PrimaryKeyConstraint("membership_id", name="pk_membership"),
    )
    op.create_index("ix_membership_household_id", "membership", ["household_id"], unique=False)
    op.create_index("ix_membership_member_id", "membership", ["member_id"], unique=False)
    op.create_index(
        "uq_membership_member_id_current",
        "membership",
        ["member_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "natural_change",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("other_household_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.household_id"], name="fk_natural_change_household_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.member_id"], name="fk_natural_change_member_id"),
        sa.ForeignKeyConstraint(
            ["other_household_id"], ["household.household_id"], name="fk_natural_change_other_household_id"
        ),
        sa.PrimaryKeyConstraint("change_id", name="pk_natural_change"),
    )
    op.create_index(
        "ix_natural_change_household_id_occurred_on", "natural_change", ["household_id", "occurred_on"], unique=False
    )
    op.create_index("ix_natural_change_other_household_id", "natural_change", ["other_household_id"], unique=False)

    create_access_log(operations)
    enable_row_scope(op, "household")
    _load_divisions()


def downgrade() -> None:
    drop_access_log(Operations(op.get_context()))
    for table in ("household_history", "record_history"):
        drop_append_only(op, table)
    for table in _TABLES:
        op.drop_table(table)
    op.execute("DROP SEQUENCE roster_stamp")


def _load_divisions() -> None:
    """The code book that comes with the service, so that a fresh system knows its places."""
    division = sa.table("division", *(sa.column(name, sa.Text) for name in ("code", "name", "level", "parent_code")))
    with _DIVISIONS.open(encoding="utf-8", newline="") as file:
        rows = [{**row, "parent_code": row["parent_code"] or None} for row in csv.DictReader(file)]
    op.bulk_insert(division, rows)
