"""The alembic environment of health: its tables, the kernel's among them."""

from services.health.tables import metadata
from shared.database.migrations import run_migrations

run_migrations(metadata)
