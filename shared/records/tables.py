"""The tables that all record types of a service share."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID


def history_table(metadata: MetaData) -> Table:
    """`record_history`: every change of every record, who, when, from which system, before and after."""
    return Table(
        "record_history",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("record_type", Text, nullable=False),
        Column("record_id", UUID, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("action", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("principal", Text, nullable=False),
        Column("source_system", Text, nullable=False),
        Column("request_id", Text),
        Column("reason", Text),
        Column("before", JSONB),
        Column("after", JSONB),
        Index("record_history_record", "record_id", "id"),
    )
