"""The tables that the kernel brings into the registry's database, on the registry's metadata."""

from sqlalchemy import Sequence

from services.registry.tables import metadata
from shared.pii.access_log import access_log_table
from shared.records.idempotency import idempotency_table
from shared.records.tables import history_table
from shared.roster.tables import roster_tables
from shared.snapshots.outbox import outbox_table
from shared.standing_lists import standing_list_tables

outbox = outbox_table(metadata)
roster_household, roster_member = roster_tables(metadata)
idempotency = idempotency_table(metadata)
record_history = history_table(metadata)
access_log = access_log_table(metadata)
standing_list_tables(metadata)

roster_stamp = Sequence("roster_stamp", metadata=metadata)
"""Grows with every roster snapshot of any household; drawn under the households' locks."""
