"""All tables of the education database: those of the record types, and the kernel's."""

from services.education.records import RECORD_TYPES
from services.education.records.metadata import metadata
from shared.department import kernel_tables
from shared.standing_lists import standing_list_tables

__all__ = ["RECORD_TYPES", "metadata"]

kernel_tables(metadata)
standing_list_tables(metadata)
