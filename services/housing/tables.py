"""All tables of the housing database: those of the records and cases, and the kernel's."""

from services.housing.records import RECORD_TYPES, RENOVATIONS
from services.housing.records.metadata import metadata
from shared.department import kernel_tables
from shared.standing_lists import standing_list_tables

__all__ = ["RECORD_TYPES", "RENOVATIONS", "metadata"]

kernel_tables(metadata)
standing_list_tables(metadata)
