"""The alembic environment: the water bureau's tables and that of lists."""

from sqlalchemy import MetaData

from shared.database.migrations import run_migrations
from shared.standing_lists import standing_list_tables
from tests.departments.water.app import metadata as water

metadata = MetaData()
for table in water.tables.values():
    table.to_metadata(metadata)
standing_list_tables(metadata)
run_migrations(metadata)
