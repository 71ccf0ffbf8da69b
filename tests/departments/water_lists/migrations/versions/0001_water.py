"""What the water bureau's first migration builds, the table of lists and that of numbers of people."""

import importlib

from alembic import op

from shared.department.migrations import (
    create_population_table,
    create_standing_list_tables,
    drop_population_table,
    drop_standing_list_tables,
)

revision = "0001_water"
down_revision = None

_water = importlib.import_module("tests.departments.water.migrations.versions.0001_water")


def upgrade() -> None:
    _water.upgrade()
    create_standing_list_tables(op)
    create_population_table(op)


def downgrade() -> None:
    drop_population_table(op)
    drop_standing_list_tables(op)
    _water.downgrade()
