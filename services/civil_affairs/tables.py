"""All tables of the civil affairs database: those of the record types, and the kernel's."""

from services.civil_affairs.records import RECORD_TYPES
from services.civil_affairs.records.metadata import metadata
from shared.department import kernel_tables

__all__ = ["RECORD_TYPES", "metadata"]

kernel_tables(metadata)
