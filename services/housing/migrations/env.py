"""The alembic environment of housing: its tables, the kernel's among them."""

from services.housing.tables import metadata
from shared.database.migrations import run_migrations

run_migrations(metadata)
