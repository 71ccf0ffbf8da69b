"""The dated states of households; the current one has no end."""

from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, Table, Text, Uuid, func, text

from services.registry.tables import metadata

household_state = Table(
    "household_state",
    metadata,
    Column("household_state_id", Uuid, primary_key=True),
    Column("household_id", Uuid, ForeignKey("household.household_id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("reason", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("principal", Text, nullable=False),
    Column("source_system", Text, nullable=False),
    Index("ix_household_state_household_id_since", "household_id", "since"),
    Index(
        "uq_household_state_household_id_current", "household_id", unique=True, postgresql_where=text("until IS NULL")
    ),
)
