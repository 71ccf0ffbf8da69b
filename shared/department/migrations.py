"""What a department's migrations build with: the kernel's tables and the tables of record types.

Each function is frozen as it was released, so that an old migration always builds what it built. A change of the
kernel's tables is a new function that each department calls in a migration of its own.
"""

from pathlib import Path

from alembic.operations import Operations
from sqlalchemy import Column, Date, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import UUID

from shared.database.append_only import drop_append_only, make_append_only
from shared.database.row_scope import enable_row_scope
from shared.pii.migration import create_access_log, drop_access_log

_KERNEL_V1 = Path(__file__).with_name("kernel_v1.sql")
_PROCEDURES_V1 = Path(__file__).with_name("procedures_v1.sql")
_STANDING_LISTS_V1 = Path(__file__).with_name("standing_lists_v1.sql")
_KERNEL_V1_TABLES = (
    "roster_household",
    "roster_member",
    "household_facts",
    "idempotency",
    "outbox",
    "policy_override",
)
_SCOPED_V1 = ("roster_household", "roster_member", "household_facts")
_RECORD_COLUMNS_V1 = """
ALTER TABLE {name}
  ADD COLUMN member_id uuid, ADD COLUMN household_id uuid, ADD COLUMN division text,
  ADD COLUMN natural_key text NOT NULL, ADD COLUMN unmatched bytea, ADD COLUMN unmatched_hash text,
  ADD COLUMN revision integer NOT NULL, ADD COLUMN recorded_at timestamptz NOT NULL,
  ADD COLUMN recorded_by text NOT NULL, ADD COLUMN source_system text NOT NULL,
  ADD COLUMN voided_at timestamptz, ADD COLUMN void_reason text
"""
_RECORD_INDEXES_V1 = """
CREATE UNIQUE INDEX {name}_current ON {name} (natural_key) WHERE voided_at IS NULL;
CREATE INDEX {name}_household ON {name} (household_id) WHERE voided_at IS NULL;
CREATE INDEX {name}_member ON {name} (member_id);
CREATE INDEX {name}_recorded ON {name} (recorded_at, id);
CREATE INDEX {name}_unmatched ON {name} (unmatched_hash) WHERE unmatched_hash IS NOT NULL
"""
_CASE_COLUMNS_V1 = """
ALTER TABLE {name}
  ADD COLUMN stage text NOT NULL, ADD COLUMN opened_on date NOT NULL, ADD COLUMN stage_since date NOT NULL,
  ADD COLUMN stage_recorded_on date NOT NULL, ADD COLUMN last_step_on date NOT NULL, ADD COLUMN ready_on date,
  ADD COLUMN due_on date, ADD COLUMN closed_on date, ADD COLUMN open_objections smallint NOT NULL;
CREATE INDEX {name}_due ON {name} (due_on, id) WHERE closed_on IS NULL AND voided_at IS NULL
"""


def create_kernel_tables(op: Operations) -> None:
    """The roster, facts, history, idempotency, outbox and policy tables, with row-level security."""
    _each_statement(op, _KERNEL_V1.read_text(encoding="utf-8"))
    for table in _SCOPED_V1:
        enable_row_scope(op, table)
    make_append_only(op, "record_history")


def drop_kernel_tables(op: Operations) -> None:
    for table in _KERNEL_V1_TABLES:
        op.drop_table(table)
    drop_append_only(op, "record_history")


def create_standing_list_tables(op: Operations) -> None:
    """The table of what was done about the lines of standing lists, with row-level security."""
    _each_statement(op, _STANDING_LISTS_V1.read_text(encoding="utf-8"))


def drop_standing_list_tables(op: Operations) -> None:
    op.drop_table("standing_line")


def create_population_table(op: Operations) -> None:
    """The table of the record type `population-counts`."""
    create_record_table(
        op,
        "population_count",
        Column("year", SmallInteger, nullable=False),
        Column("kind", Text, nullable=False),
        Column("persons", Integer, nullable=False),
        Column("counted_on", Date, nullable=False),
        Column("authority", Text),
    )


def drop_population_table(op: Operations) -> None:
    op.drop_table("population_count")


def create_record_table(op: Operations, name: str, *columns: Column[object]) -> None:
    """The table of a record type: its business columns given, the record's own added, with row-level security."""
    op.create_table(name, Column("id", UUID, primary_key=True), *columns)
    _each_statement(op, _RECORD_COLUMNS_V1.format(name=name))
    _each_statement(op, _RECORD_INDEXES_V1.format(name=name))
    enable_row_scope(op, name, owner="recorded_by")


def create_procedure_tables(op: Operations) -> None:
    """The steps of all procedures of a department, which nobody changes or deletes, and the access log."""
    create_access_log(op)
    _each_statement(op, _PROCEDURES_V1.read_text(encoding="utf-8"))
    make_append_only(op, "procedure_step")


def drop_procedure_tables(op: Operations) -> None:
    drop_append_only(op, "procedure_step")
    drop_access_log(op)


def create_case_table(op: Operations, name: str, *columns: Column[object]) -> None:
    """The table of a procedure's cases: a record's table with the columns that every case has."""
    create_record_table(op, name, *columns)
    _each_statement(op, _CASE_COLUMNS_V1.format(name=name))


def _each_statement(op: Operations, script: str) -> None:
    """asyncpg prepares one statement at a time."""
    lines = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    for statement in lines.split(";"):
        if statement.strip():
            op.execute(statement)
