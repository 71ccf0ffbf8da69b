"""Divisions as they stand in the statistical code book."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Table, Text, func

from services.registry.tables import metadata

division = Table(
    "division",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent_code", Text, ForeignKey("division.code", deferrable=True, initially="DEFERRED")),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_division_parent_code", "parent_code"),
)
