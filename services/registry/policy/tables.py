"""The values that places have set, the history of every one of them, and the snapshot that all services receive."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.tables import metadata
from shared.policy import policy_override_table

policy_override = policy_override_table(metadata)

policy_setting = Table(
    "policy_setting",
    metadata,
    Column("key", Text, primary_key=True),
    Column("area", Text, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("value", JSONB, nullable=False),
    Column("concept", Text),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("source_system", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
"""The overrides in force."""

policy_history = Table(
    "policy_history",
    metadata,
    Column("history_id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("reason", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("principal", Text, nullable=False),
    Column("source_system", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_policy_history_key_history_id", "key", "history_id"),
)
"""Who set or withdrew what, when and why (Y06: no local standard without a record)."""
