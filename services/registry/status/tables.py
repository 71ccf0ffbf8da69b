"""Tables of the unified status: what the departments have said, and what follows from it."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.tables import metadata

department_facts = Table(
    "department_facts",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("as_of", DateTime(timezone=True)),
    Column("valid_until", Date),
    Column("content", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
"""The newest snapshot of each (household, department). A household that is not yet known may have rows here."""

household_status = Table(
    "household_status",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("village_class", Text),
    Column("state", Text, nullable=False),
    Column("household_type", Text, nullable=False),
    Column("income_state", Text, nullable=False),
    Column("risk_level", Text, nullable=False),
    Column("member_count", Integer, nullable=False),
    Column("unmet", ARRAY(Text), nullable=False),
    Column("signals", ARRAY(Text), nullable=False),
    Column("batches", ARRAY(Text), nullable=False),
    Column("causes", ARRAY(Text), nullable=False),
    Column("categories", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("proposals", ARRAY(Text), nullable=False),
    Column("guarantees", JSONB, nullable=False),
    Column("programmes", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("body", Text, nullable=False),
    Column("parts", Text, nullable=False, server_default="{}"),
    Column("etag", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("source_versions", JSONB, nullable=False),
    Column("valid_until", Date),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_household_status_code", "code"),
    # The order of lists and the filter by division prefix; the database's collation is C, so LIKE can use it.
    Index("ix_household_status_division_household_id", "division", "household_id"),
    Index("ix_household_status_updated_at", "updated_at"),
    Index("ix_household_status_valid_until", "valid_until"),
)
"""One row a household: `body` is the status as JSON, byte for byte what `unify` gave; the rest serves filters."""

status_evaluation = Table(
    "status_evaluation",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("target", Text, nullable=False),
    Column("position", Uuid, nullable=False),
    Column("finished", Boolean, nullable=False),
)
"""One row: for which policy every status was last computed, and how far that has come."""
