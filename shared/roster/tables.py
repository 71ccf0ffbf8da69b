"""Every service's own copy of the roster."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, MetaData, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB, UUID


def roster_tables(metadata: MetaData) -> tuple[Table, Table]:
    """`roster_household` (one row a household, with the whole snapshot) and `roster_member` (one row a person).

    A member who left stays with `active` false, so that a record posted late still finds its person.
    """
    household = Table(
        "roster_household",
        metadata,
        Column("household_id", UUID, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("code", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("household_type", Text, nullable=False),
        Column("village_class", Text),
        Column("active", Boolean, nullable=False),
        Column("snapshot", JSONB, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("roster_household_code", "code"),
        Index("roster_household_division", "division"),
    )
    member = Table(
        "roster_member",
        metadata,
        Column("member_id", UUID, primary_key=True),
        Column("household_id", UUID, nullable=False),
        Column("division", Text, nullable=False),
        Column("stamp", BigInteger, nullable=False),
        Column("name", Text, nullable=False),
        Column("id_hash", Text),
        Column("sex", Text, nullable=False),
        Column("birth_date", Date),
        Column("relation", Text, nullable=False),
        Column("active", Boolean, nullable=False),
        Index("roster_member_household", "household_id"),
        Index("roster_member_id_hash", "id_hash"),
        Index("roster_member_division", "division"),
    )
    return household, member
