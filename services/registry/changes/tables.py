"""What happened to a household and its members: one row an occurrence; a wrong one stays and says who revoked it."""

from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.tables import metadata

natural_change = Table(
    "natural_change",
    metadata,
    Column("change_id", Uuid, primary_key=True),
    Column("household_id", Uuid, ForeignKey("household.household_id"), nullable=False),
    Column("other_household_id", Uuid, ForeignKey("household.household_id")),
    Column("member_id", Uuid, ForeignKey("member.member_id")),
    Column("kind", Text, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("reason", Text),
    Column("details", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("principal", Text, nullable=False),
    Column("source_system", Text, nullable=False),
    Column("undo", JSONB),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revoked_by", Text),
    Column("revoke_reason", Text),
    Index("ix_natural_change_household_id_occurred_on", "household_id", "occurred_on"),
    Index("ix_natural_change_other_household_id", "other_household_id"),
)
