"""The alembic environment of civil affairs: its tables, the kernel's among them."""

from services.civil_affairs.tables import metadata
from shared.database.migrations import run_migrations

run_migrations(metadata)
