"""Members, and when each belonged to which household.

ID number, disability card number and phone are ciphertext plus a keyed index; a person has one `member` row for life
and moves between households by memberships.
"""

from sqlalchemy import (
    ARRAY,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.tables import metadata

member = Table(
    "member",
    metadata,
    Column("member_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("id_number_sealed", LargeBinary),
    Column("id_hash", Text, unique=True),
    Column("disability_card_sealed", LargeBinary),
    Column("phone_sealed", LargeBinary),
    Column("phone_hash", Text),
    Column("sex", Text, nullable=False),
    Column("birth_date", Date),
    Column("died_on", Date),
    Column("ethnicity", Text),
    Column("education", Text),
    Column("student_status", Text),
    Column("labour_skill", Text),
    Column("health_status", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("political_status", Text),
    Column("disability_type", Text),
    Column("disability_grade", Text),
    Column("work_months", SmallInteger),
    Column("work_place", Text),
    Column("profile", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("principal", Text, nullable=False),
    Column("source_system", Text, nullable=False),
)

membership = Table(
    "membership",
    metadata,
    Column("membership_id", Uuid, primary_key=True),
    Column("household_id", Uuid, ForeignKey("household.household_id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("relation", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("joined_by", Text, nullable=False),
    Column("left_by", Text),
    Index("ix_membership_household_id", "household_id"),
    Index("uq_membership_member_id_current", "member_id", unique=True, postgresql_where=text("until IS NULL")),
    Index("ix_membership_member_id", "member_id"),
)
