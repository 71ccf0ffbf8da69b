"""The registry's first tables: divisions, villages, households, members, what happened to them; the kernel's tables."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql

from shared.database.row_scope import enable_row_scope
from shared.pii.migration import create_access_log, drop_access_log

revision = "0001_registry"
down_revision = None
branch_labels = None
depends_on = None

_DIVISIONS = Path(__file__).parents[2] / "data" / "divisions.csv"
_TABLES = (
    "natural_change",
    "membership",
    "household_state",
    "household_history",
    "village",
    "household",
    "roster_member",
    "roster_household",
    "record_history",
    "outbox",
    "member",
    "income_year",
    "idempotency",
    "division",
)


def upgrade() -> None:
    op.execute("CREATE SEQUENCE roster_stamp")
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
        "idempotency",
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("headers", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("principal", "key", name="pk_idempotency"),
    )
    op.create_table(
        "income_year",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("member_id", sa.UUID(), nullable=True),
        sa.Column("household_id", sa.UUID(), nullable=True),
        sa.Column("division", sa.Text(), nullable=True),
        sa.Column("natural_key", sa.Text(), nullable=False),
        sa.Column("unmatched", sa.LargeBinary(), nullable=True),
        sa.Column("unmatched_hash", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("concept", sa.Text(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("wage_work", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("wage_post_department", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("wage_post_township", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("wage_post_village", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("wage_other", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("operating_crops", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("operating_livestock", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("operating_forest_fruit", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("operating_other", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("property_asset_dividend", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("property_land_transfer", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("property_finance_project", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("property_entrusted_breeding", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("property_other", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_family_planning", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_dibao", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_tekun", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_pension", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_eco_returned_farmland", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_eco_public_forest", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_eco_grassland", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_eco_resettlement", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_eco_other", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_soil_fertility", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_old_age", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_special_care", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_disability", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_education", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_disaster_relief", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_support_of_parents", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_heating", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_poverty_insurance", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_donation", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfer_other", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("operating_expense", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("property_expense", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("transfers_paid", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("insurance_claims", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("compliant_self_paid", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_income_year"),
    )
    op.create_index(
        "income_year_current",
        "income_year",
        ["natural_key"],
        unique=True,
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_index(
        "income_year_household", "income_year", ["household_id"], postgresql_where=sa.text("voided_at IS NULL")
    )
    op.create_index("income_year_member", "income_year", ["member_id"], unique=False)
    op.create_index("income_year_recorded", "income_year", ["recorded_at", "id"], unique=False)
    op.create_index(
        "income_year_unmatched",
        "income_year",
        ["unmatched_hash"],
        unique=False,
        postgresql_where=sa.text("unmatched_hash IS NOT NULL"),
    )
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
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index(
        "outbox_pending",
        "outbox",
        ["id"],
        unique=False,
        postgresql_where=sa.text("published_at IS NULL AND failed_at IS NULL"),
    )
    op.create_index("outbox_failed", "outbox", ["id"], postgresql_where=sa.text("failed_at IS NOT NULL"))
    op.create_table(
        "record_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_record_history"),
    )
    op.create_index("record_history_record", "record_history", ["record_id", "id"], unique=False)
    op.create_table(
        "roster_household",
        sa.Column("household_id", sa.UUID(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("household_type", sa.Text(), nullable=False),
        sa.Column("village_class", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("household_id", name="pk_roster_household"),
    )
    op.create_index("roster_household_code", "roster_household", ["code"], unique=False)
    op.create_index("roster_household_division", "roster_household", ["division"], unique=False)
    op.create_table(
        "roster_member",
        sa.Column("member_id", sa.UUID(), nullable=False),
        sa.Column("household_id", sa.UUID(), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_hash", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_roster_member"),
    )
    op.create_index("roster_member_division", "roster_member", ["division"], unique=False)
    op.create_index("roster_member_household", "roster_member", ["household_id"], unique=False)
    op.create_index("roster_member_id_hash", "roster_member", ["id_hash"], unique=False)
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

    create_access_log(Operations(op.get_context()))
    for table in ("household", "roster_household", "roster_member"):
        enable_row_scope(op, table)
    enable_row_scope(op, "income_year", owner="recorded_by")
    _load_divisions()


def downgrade() -> None:
    drop_access_log(Operations(op.get_context()))
    for table in _TABLES:
        op.drop_table(table)
    op.execute("DROP SEQUENCE roster_stamp")


def _load_divisions() -> None:
    """The code book that comes with the service, so that a fresh system knows its places."""
    division = sa.table("division", *(sa.column(name, sa.Text) for name in ("code", "name", "level", "parent_code")))
    with _DIVISIONS.open(encoding="utf-8", newline="") as file:
        rows = [{**row, "parent_code": row["parent_code"] or None} for row in csv.DictReader(file)]
    op.bulk_insert(division, rows)
