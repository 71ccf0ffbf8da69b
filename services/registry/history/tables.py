"""One history for households and their members: who, when, from which system, what before and after.

Personal numbers stand masked in `before` and `after`; the full ones are in `sealed`, readable by a reveal only.
"""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Index, LargeBinary, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.tables import metadata

household_history = Table(
    "household_history",
    metadata,
    Column("history_id", BigInteger, Identity(always=True), primary_key=True),
    Column("household_id", Uuid, ForeignKey("household.household_id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("member.member_id")),
    Column("action", Text, nullable=False),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("sealed", LargeBinary),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("principal", Text, nullable=False),
    Column("source_system", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Index("ix_household_history_household_id_history_id", "household_id", "history_id"),
    Index("ix_household_history_member_id", "member_id"),
)
