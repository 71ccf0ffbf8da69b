"""The alembic environment: the water bureau's tables, that of lists, that of numbers of people."""

from shared.database.migrations import run_migrations
from tests.departments.water_lists.app import metadata

run_migrations(metadata)
