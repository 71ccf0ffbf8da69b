"""A line department: declared by its records, its facts and its rules; wired by the kernel.

Public face: `Department`, `create_department`, `kernel_tables`.
"""

from shared.department.app import create_department
from shared.department.department import Department
from shared.department.tables import kernel_tables

__all__ = ["Department", "create_department", "kernel_tables"]
