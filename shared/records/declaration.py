"""A record type, declared once: from this and nothing else come its routes, history, batch and documents."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import UnionType
from typing import Annotated, ClassVar, Generic, Union, cast, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, create_model
from sqlalchemy import Column, DateTime, Index, Integer, LargeBinary, MetaData, Numeric, Table, Text, text
from sqlalchemy.dialects.postgresql import UUID
from typing_extensions import TypeVar

from shared.codes import Label
from shared.policy import PolicyView
from shared.records.schemas import RecordMeta
from shared.records.subjects import FIELDS_OF, Subject, SubjectFields
from shared.roster.models import RosterHousehold, RosterMember
from shared.service.problems import FieldError

Content = TypeVar(  # noqa: PLC0105 - the name that declarations read best with
    "Content", bound=BaseModel, covariant=True, default=BaseModel
)
"""The schema of a record type's business fields; `RecordType` alone means any."""

META_COLUMNS = (
    "id",
    "member_id",
    "household_id",
    "division",
    "natural_key",
    "unmatched",
    "unmatched_hash",
    "revision",
    "recorded_at",
    "recorded_by",
    "source_system",
    "voided_at",
    "void_reason",
)
"""The columns every record has beside its business fields."""


def record_table(metadata: MetaData, name: str, *columns: Column[object]) -> Table:
    """A record type's table: the business columns given, and those every record has.

    One current record a natural key; `unmatched` holds the encrypted reference of a subject that the roster does not
    know yet, `unmatched_hash` the keyed index by which it will be found.
    """
    return Table(name, metadata, *meta_columns(), *columns, *_indexes(name))


def meta_columns() -> list[Column[object]]:
    return [
        Column("id", UUID, primary_key=True),
        Column("member_id", UUID),
        Column("household_id", UUID),
        Column("division", Text),
        Column("natural_key", Text, nullable=False),
        Column("unmatched", LargeBinary),
        Column("unmatched_hash", Text),
        Column("revision", Integer, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("source_system", Text, nullable=False),
        Column("voided_at", DateTime(timezone=True)),
        Column("void_reason", Text),
    ]


def _indexes(name: str) -> list[Index]:
    return [
        Index(f"{name}_current", "natural_key", unique=True, postgresql_where=text("voided_at IS NULL")),
        Index(f"{name}_household", "household_id", postgresql_where=text("voided_at IS NULL")),
        Index(f"{name}_member", "member_id"),
        Index(f"{name}_recorded", "recorded_at", "id"),
        Index(f"{name}_unmatched", "unmatched_hash", postgresql_where=text("unmatched_hash IS NOT NULL")),
    ]


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What a row rule may look at: the subject as the roster has it (None while unmatched), the policy of its place and
    the business year, and the day."""

    household: RosterHousehold | None
    member: RosterMember | None
    policy: PolicyView
    today: date


@dataclass(frozen=True, eq=False)
class RecordType(Generic[Content]):
    """One kind of record of a department.

    `natural_key` are the fields that, beside the subject, tell one record from another: a post with the same subject
    and key corrects the current record. `business_date` is the field that says when the thing recorded happened.
    `filters` are the business fields a list may be filtered by. `feeds_facts=False` leaves the type out of the facts.
    `names_members` are fields that hold ids of persons of the household: a record that waits for its household waits on
    while one of them does not live there.
    """

    name: str
    title: Label
    subject: Subject
    table: Table
    schema: type[Content]
    natural_key: tuple[str, ...]
    business_date: str
    rules: tuple[Callable[..., Iterator[FieldError]], ...] = ()
    filters: tuple[str, ...] = ()
    source: str = ""
    feeds_facts: bool = True
    names_members: tuple[str, ...] = ()
    by_steps: ClassVar[bool] = False
    """Whether records are made and changed by the steps of a procedure alone (`shared.procedures`)."""

    def __post_init__(self) -> None:
        fields = set(self.schema.model_fields)
        columns = {column.name for column in self.table.columns}
        expected = fields | set(META_COLUMNS)
        if columns != expected:
            raise TypeError(f"{self.name}: table and schema differ in {sorted(columns ^ expected)}")
        unknown = {*self.natural_key, self.business_date, *self.filters, *self.names_members} - fields
        if unknown:
            raise TypeError(f"{self.name}: no such fields: {sorted(unknown)}")
        clash = fields & {*META_COLUMNS, *RecordMeta.model_fields, *FIELDS_OF[self.subject].model_fields}
        if clash:
            raise TypeError(f"{self.name}: these fields belong to the kernel: {sorted(clash)}")

    @cached_property
    def create_schema(self) -> type[SubjectFields]:
        """What a caller posts: the business fields and the subject's reference."""
        bases: tuple[type[SubjectFields], ...] = (FIELDS_OF[self.subject], cast(type[SubjectFields], self.schema))
        name = f"{self.schema.__name__}Create"
        return create_model(name, __base__=bases, __doc__=self.schema.__doc__)

    @cached_property
    def read_schema(self) -> type[BaseModel]:
        """What a caller gets: the business fields and the record's own."""
        bases: tuple[type[BaseModel], ...] = (RecordMeta, self.schema)
        return create_model(f"{self.schema.__name__}Record", __base__=bases, __doc__=self.schema.__doc__)

    @cached_property
    def create_adapter(self) -> TypeAdapter[SubjectFields]:
        return TypeAdapter(self.create_schema)

    @cached_property
    def content_adapter(self) -> TypeAdapter[BaseModel]:
        return TypeAdapter(self.schema)

    @cached_property
    def stored_adapter(self) -> TypeAdapter[BaseModel]:
        """Reads rows of the own table into instances of the schema, types only: their rules held when they came in.

        A department computes with tens of rows a household at every update, so this must cost next to nothing.
        """
        plain: dict[str, object] = {
            name: (plain_type(info.annotation), ... if info.is_required() else info.default)
            for name, info in self.schema.model_fields.items()
        }
        stored = create_model(f"{self.schema.__name__}Stored", __base__=self.schema, **plain)  # type: ignore[call-overload]  # fields by name, only known here
        return TypeAdapter(stored)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The business fields, in the schema's order."""
        return tuple(self.schema.model_fields)

    def annotation_of(self, name: str) -> object:
        """The type of a business field, with its constraints; what a filter by it accepts."""
        info = self.schema.model_fields[name]
        kind: object = info.annotation
        for constraint in info.metadata:
            kind = Annotated[kind, constraint]
        return kind

    @cached_property
    def _content_names(self) -> set[str]:
        return set(self.fields)

    def content(self, record: BaseModel) -> dict[str, object]:
        """The business fields of a create or stored schema as JSON values in their one canonical form."""
        return record.model_dump(mode="json", include=self._content_names)

    def business_part(self, record: BaseModel) -> BaseModel:
        """A checked record as the schema alone, without the fields that name its subject."""
        return self.schema.model_construct(**{name: getattr(record, name) for name in self.fields})

    def stored_content(self, row_json: str | bytes) -> dict[str, object]:
        """The same from a stored row's business fields."""
        return self.content(self.content_adapter.validate_json(row_json))

    def key_of(self, content: Mapping[str, object], subject: str, record_id: uuid.UUID | None = None) -> str:
        """The natural key as text: the subject and the key fields, so written that two keys never look the same."""
        return "|".join([subject, *(_key_part(content[name]) for name in self.natural_key)])

    def named_members(self, content: Mapping[str, object]) -> list[uuid.UUID]:
        """The persons that the `names_members` fields name; an id or a list of ids each, as JSON."""
        named: list[uuid.UUID] = []
        for name in self.names_members:
            value = content[name]
            named += [uuid.UUID(str(one)) for one in (value if isinstance(value, list) else [value]) if one is not None]
        return named

    def business_day(self, record: BaseModel) -> date:
        value = getattr(record, self.business_date)
        assert isinstance(value, date)  # noqa: S101 - the declaration names a date field
        return value

    @cached_property
    def content_sql(self) -> str:
        """SQL for the business fields of a row aliased `t`, as json; decimals as text, exact and canonical."""
        pairs = ", ".join(f"'{name}', t.{name}{self._cast(name)}" for name in self.fields)
        return f"json_build_object({pairs})"

    def _cast(self, name: str) -> str:
        return "::text" if isinstance(self.table.columns[name].type, Numeric) else ""

    @cached_property
    def columns_sql(self) -> str:
        return ", ".join((*META_COLUMNS, *self.fields))


def _key_part(value: object) -> str:
    """A text that holds the separator, and the text `None`, must not pass for something else."""
    return r"\N" if value is None else str(value).replace("\\", r"\\").replace("|", r"\|")


def plain_type(annotation: object) -> object:
    """An annotation without its constraints: `Annotated[str, CodeOf("x")] | None` becomes `str | None`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return plain_type(arguments[0])
    if origin in (Union, UnionType):
        return Union[tuple(plain_type(one) for one in arguments)]  # noqa: UP007 - put together at run time
    if origin is None or not arguments:
        return annotation
    return origin[tuple(one if one is Ellipsis else plain_type(one) for one in arguments)]


def by_name(record_types: Iterable[RecordType]) -> dict[str, RecordType]:
    """The record types by path segment. Raises TypeError when two have the same name."""
    found: dict[str, RecordType] = {}
    for record_type in record_types:
        if found.setdefault(record_type.name, record_type) is not record_type:
            raise TypeError(f"two record types are named {record_type.name}")
    return found
