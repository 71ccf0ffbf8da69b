"""All tables of the employment database: those of the record types, and the kernel's."""

from services.employment.records import RECORD_TYPES
from services.employment.records.metadata import metadata
from shared.department import kernel_tables
from shared.standing_lists import standing_list_tables

__all__ = ["RECORD_TYPES", "metadata"]

kernel_tables(metadata)
standing_list_tables(metadata)
