"""The alembic environment of employment: its tables, the kernel's among them."""

from services.employment.tables import metadata
from shared.database.migrations import run_migrations

run_migrations(metadata)
