"""All tables of the civil affairs database: those of the records and cases, and the kernel's."""

from services.civil_affairs.procedures import PROCEDURES
from services.civil_affairs.records import RECORD_TYPES
from services.civil_affairs.records.metadata import metadata
from shared.department import kernel_tables
from shared.standing_lists import standing_list_tables

__all__ = ["PROCEDURES", "RECORD_TYPES", "metadata"]

kernel_tables(metadata)
standing_list_tables(metadata)
