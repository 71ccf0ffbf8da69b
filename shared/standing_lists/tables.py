"""The table of what was done about lines. History goes to `record_history`, under `lists/<code>`."""

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID


def standing_list_tables(metadata: MetaData) -> None:
    """Declare `standing_line` on the metadata of a department that has lists.

    One row for each line that was ever acted upon. `cause` is the fingerprint of what was amiss when the state was
    given; `detail`, `division` are of that moment. `year` is 0 in lists that do not go by years.
    """
    Table(
        "standing_line",
        metadata,
        Column("line_id", UUID, primary_key=True),
        Column("list", Text, nullable=False),
        Column("year", SmallInteger, nullable=False),
        Column("subject_id", Text, nullable=False),
        Column("member_id", UUID),
        Column("household_id", UUID),
        Column("division", Text, nullable=False),
        Column("cause", Text, nullable=False),
        Column("detail", JSONB, nullable=False),
        Column("state", Text, nullable=False),
        Column("outcome", Text),
        Column("remark", Text),
        Column("revision", Integer, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("principal", Text, nullable=False),
        Column("source_system", Text, nullable=False),
        Index("standing_line_list", "list", "year"),
    )
