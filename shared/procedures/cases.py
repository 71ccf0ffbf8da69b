"""A case is a record: its table, its schema and how one case is told from another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import Column, Date, Index, MetaData, SmallInteger, Table, Text, text

from shared.procedures.evidence import is_personal
from shared.procedures.tables import step_table
from shared.records import RecordType, record_table
from shared.records.declaration import Content as Declared
from shared.records.fields import Content


class CaseContent(Content):
    """Base of the schemas of cases: what the kernel keeps of every case. Only steps change it."""

    stage: str = Field(description="where the case stands; the stages are listed at GET …/procedures")
    opened_on: date = Field(description="business day of the opening step")
    stage_since: date = Field(description="business day on which the stage was entered")
    stage_recorded_on: date = Field(description="the day on which that was recorded here")
    last_step_on: date = Field(description="business day of the last step; no later step may lie before it")
    ready_on: date | None = Field(default=None, description="the public posting runs until the day before")
    due_on: date | None = Field(default=None, description="the stage is late after this day")
    closed_on: date | None = Field(default=None, description="when the case came to its end; null while it is open")
    open_objections: int = Field(default=0, description="objections that nobody has decided yet")


KERNEL_FIELDS = frozenset(CaseContent.model_fields)


def case_table(metadata: MetaData, name: str, *columns: Column[object]) -> Table:
    """The table of a case type: the business columns given, and those every case and every record has.

    Also declares `procedure_step`, once for all procedures of a department.
    """
    step_table(metadata)
    table = record_table(metadata, name, *case_columns(), *columns)
    Index(f"{name}_due", table.c.due_on, table.c.id, postgresql_where=text("closed_on IS NULL AND voided_at IS NULL"))
    return table


def case_columns() -> list[Column[object]]:
    return [
        Column("stage", Text, nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("stage_since", Date, nullable=False),
        Column("stage_recorded_on", Date, nullable=False),
        Column("last_step_on", Date, nullable=False),
        Column("ready_on", Date),
        Column("due_on", Date),
        Column("closed_on", Date),
        Column("open_objections", SmallInteger, nullable=False),
    ]


@dataclass(frozen=True, eq=False)
class CaseType(RecordType[Declared]):
    """The record type of a procedure's cases; `schema` extends `CaseContent`, `table` comes from `case_table`.

    A subject has one open case for each value of the `natural_key` fields (none: one open case), and any number of
    closed ones. Cases are opened and changed by steps alone, so row rules stand with the steps. `stated_place` names
    the field that says in which division an unknown subject lives: the case belongs there until it is matched, so that
    the officials of the place see it and take its steps. `file_number` names the field with the number that the file
    has in the field's own books: a subject has one case of a number, so that a file taken over twice is refused the
    second time, closed though it be.
    """

    natural_key: tuple[str, ...] = ()
    business_date: str = "opened_on"
    stated_place: str | None = None
    file_number: str | None = None
    by_steps: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not issubclass(self.schema, CaseContent):
            raise TypeError(f"{self.name}: the schema of a case extends CaseContent")
        if personal := [name for name, info in self.schema.model_fields.items() if is_personal(info)]:
            raise TypeError(
                f"{self.name}: identifiers of persons are evidence of a step, no fields of a case: {personal}"
            )
        for name in (self.stated_place, self.file_number):
            if name is not None and name not in self.schema.model_fields:
                raise TypeError(f"{self.name}: no such field: {name}")
        if self.rules:
            raise TypeError(f"{self.name}: the rules of a case stand with its steps")
        if "stage" not in self.filters:
            object.__setattr__(self, "filters", ("stage", *self.filters))

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of the procedure that these are the cases of; set by its declaration."""
        stages: tuple[str, ...] = self.__dict__.get("_stages", ())
        return stages

    def place_of(self, content: Mapping[str, object]) -> str | None:
        """The division that the case itself states; None: none."""
        place = content.get(self.stated_place) if self.stated_place is not None else None
        return None if place is None else str(place)

    def annotation_of(self, name: str) -> object:
        return Literal[self.stages] if name == "stage" and self.stages else super().annotation_of(name)

    def key_of(self, content: Mapping[str, object], subject: str, record_id: UUID | None = None) -> str:
        """The natural key; that of a closed case is its own, so that the subject may have another case."""
        key = super().key_of(content, subject)
        return key if content["closed_on"] is None else self.closed_key(key, content, record_id)

    def closed_key(self, key: str, content: Mapping[str, object], record_id: UUID | None) -> str:
        """The natural key once the case is closed: with its file number if it has one, else with its id."""
        number = self.file_number_of(content)
        return f"{key}|closed:{record_id}" if number is None else f"{key}|file:{number}"

    def file_number_of(self, content: Mapping[str, object]) -> str | None:
        number = content.get(self.file_number) if self.file_number is not None else None
        return None if number is None else str(number)
