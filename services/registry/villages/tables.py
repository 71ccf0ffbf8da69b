"""Villages with their class; a village is a division of the lowest level."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.tables import metadata

village = Table(
    "village",
    metadata,
    Column("code", Text, ForeignKey("division.code"), primary_key=True),
    Column("village_class", Text, nullable=False),
    Column("profile", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("revision", BigInteger, nullable=False, server_default=text("1")),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_by", Text, nullable=False),
    Column("source_system", Text, nullable=False),
)
