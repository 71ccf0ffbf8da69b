"""The alembic environment of education: its tables, the kernel's among them."""

from services.education.tables import metadata
from shared.database.migrations import run_migrations

run_migrations(metadata)
