"""The alembic environment of the registry: every module that declares tables is imported, then migrated."""

from services.registry import kernel_tables as _kernel
from services.registry import records as _records
from services.registry.changes import tables as _changes
from services.registry.divisions import tables as _divisions
from services.registry.history import tables as _history
from services.registry.households import tables as _households
from services.registry.income import record as _income
from services.registry.lifecycle import tables as _lifecycle
from services.registry.members import tables as _members
from services.registry.policy import tables as _policy
from services.registry.status import tables as _status
from services.registry.tables import metadata
from services.registry.villages import tables as _villages
from shared.database.migrations import run_migrations

DECLARED = (
    _changes,
    _divisions,
    _history,
    _households,
    _income,
    _kernel,
    _lifecycle,
    _members,
    _policy,
    _records,
    _status,
    _villages,
)

run_migrations(metadata)
