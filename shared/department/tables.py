"""The tables that the kernel brings into every department's database."""

from sqlalchemy import MetaData

from shared.facts.tables import facts_table
from shared.policy import policy_override_table
from shared.records.idempotency import idempotency_table
from shared.records.tables import history_table
from shared.roster.tables import roster_tables
from shared.snapshots import outbox_table


def kernel_tables(metadata: MetaData) -> None:
    """Declare them on a department's metadata, beside its record types."""
    roster_tables(metadata)
    facts_table(metadata)
    history_table(metadata)
    idempotency_table(metadata)
    outbox_table(metadata)
    policy_override_table(metadata)
