"""What a department last said of each household."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Index, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import UUID


def facts_table(metadata: MetaData) -> Table:
    """`household_facts`: one row a household, its version and the facts as they were published, byte for byte.

    `policy_version` is the policy they were computed under: rows behind the policy in force are computed again.
    `stamp` is drawn anew for each computation (see `RecordsCache`).
    """
    return Table(
        "household_facts",
        metadata,
        Column("household_id", UUID, primary_key=True),
        Column("division", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("as_of", DateTime(timezone=True)),
        Column("valid_until", Date),
        Column("policy_version", BigInteger, nullable=False),
        Column("content", Text, nullable=False),
        Column("content_hash", Text, nullable=False),
        Column("computed_at", DateTime(timezone=True), nullable=False),
        Column("stamp", UUID, nullable=False),
        Index("household_facts_valid_until", "valid_until"),
        Index("household_facts_policy_version", "policy_version"),
        Index("household_facts_division", "division"),
    )
