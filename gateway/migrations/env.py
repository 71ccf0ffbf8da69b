"""The gateway's migrations."""

from gateway.tables import metadata
from shared.database.migrations import run_migrations

run_migrations(metadata)
