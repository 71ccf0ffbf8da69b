"""The repairs bureau's alembic environment."""

from shared.database.migrations import run_migrations
from tests.departments.repairs.app import metadata

run_migrations(metadata)
