"""The water bureau's alembic environment."""

from shared.database.migrations import run_migrations
from tests.departments.water.app import metadata

run_migrations(metadata)
