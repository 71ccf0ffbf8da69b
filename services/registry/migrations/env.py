"""The alembic environment of the registry: every module that declares tables is imported, then migrated."""

from services.registry.changes import tables as _changes
from services.registry.divisions import tables as _divisions
from services.registry.history import tables as _history
from services.registry.households import tables as _households
from services.registry.lifecycle import tables as _lifecycle
from services.registry.members import tables as _members
from services.registry.tables import metadata
from services.registry.villages import tables as _villages
from shared.database.migrations import run_migrations

run_migrations(metadata)
