"""Households.

What is filtered, joined or published has a column of its own; the rest of the household form (B.1.1) is one checked
JSON document each for the form's fields and its living conditions. Phone and bank account are ciphertext plus a keyed
index.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.tables import metadata

household = Table(
    "household",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("division", Text, ForeignKey("division.code"), nullable=False),
    Column("state", Text, nullable=False),
    Column("state_since", Date, nullable=False),
    Column("household_type", Text, nullable=False),
    Column("monitoring_category", Text),
    Column("causes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("risks", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("management_ability", Boolean),
    Column("phone_sealed", LargeBinary),
    Column("phone_hash", Text),
    Column("bank_account_sealed", LargeBinary),
    Column("bank_account_hash", Text),
    Column("profile", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("living", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("merged_into", Uuid, ForeignKey("household.household_id")),
    Column("revision", BigInteger, nullable=False, server_default=text("1")),
    Column("version", BigInteger, nullable=False, server_default=text("0")),
    Column("content_hash", LargeBinary),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("principal", Text, nullable=False),
    Column("source_system", Text, nullable=False),
    Index("ix_household_division_household_id", "division", "household_id"),
    Index("ix_household_recorded_at", "recorded_at", "household_id"),
    Index("ix_household_updated_at", "updated_at"),
    Index("ix_household_causes", "causes", postgresql_using="gin"),
)
