"""What the water bureau's first migration builds, and the table of lists."""

import importlib

from alembic import op

from shared.department.migrations import create_standing_list_tables, drop_standing_list_tables

revision = "0001_water"
down_revision = None

_water = importlib.import_module("tests.departments.water.migrations.versions.0001_water")


def upgrade() -> None:
    _water.upgrade()
    create_standing_list_tables(op)


def downgrade() -> None:
    drop_standing_list_tables(op)
    _water.downgrade()
