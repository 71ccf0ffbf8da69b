"""Records: declared once, written together, never lost, never doubled.

A department declares `RecordType`s; routes, batch, lists, history and documents follow. Public face below.
"""

from shared.records.declaration import RecordType, RuleContext, by_name, record_table
from shared.records.rows import Records, Row
from shared.records.subjects import Subject

__all__ = ["RecordType", "Records", "Row", "RuleContext", "Subject", "by_name", "record_table"]
