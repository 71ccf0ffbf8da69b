"""The table of steps: append-only, written in the transaction of the case it changes."""

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from shared.pii.access_log import access_log_table

NAME = "procedure_step"


def step_table(metadata: MetaData) -> None:
    """Declare `procedure_step`: every step of every case; `create_procedure_tables` builds it, with its guard and the
    access log, which tells who saw identifiers in evidence.

    `revision` is the case's revision that the step made. `taken_on` is the business day, `at` the moment of recording.
    `due_on` is when the stage left was due, so that lateness of what is past is one comparison. `evidence` is what the
    step was given, `personal` the identifiers in it, encrypted. `on_behalf_of` names the official for whom a system
    recorded the step. `objection_id` is the objection that a step decides. `back_dated` marks a step that ended a
    posting which, as recorded here, was up for fewer days than it had to be.
    """
    if NAME in metadata.tables:
        return
    access_log_table(metadata)
    Table(
        NAME,
        metadata,
        Column("id", UUID, primary_key=True),
        Column("case_type", Text, nullable=False),
        Column("case_id", UUID, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("step", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("from_stage", Text),
        Column("to_stage", Text, nullable=False),
        Column("taken_on", Date, nullable=False),
        Column("due_on", Date),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("principal", Text, nullable=False),
        Column("source_system", Text, nullable=False),
        Column("on_behalf_of", JSONB),
        Column("request_id", Text),
        Column("evidence", JSONB, nullable=False),
        Column("personal", LargeBinary),
        Column("objection_id", UUID),
        Column("back_dated", Boolean, nullable=False),
        Index("procedure_step_case", "case_id", "revision", unique=True),
        Index("procedure_step_back_dated", "case_type", "case_id", postgresql_where=text("back_dated")),
    )
