"""What a list is asked for. A filter that is unknown, repeated or empty is an error, never "all"."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Annotated
from uuid import UUID

from fastapi import Request
from pydantic import Field, TypeAdapter, ValidationError

from shared.identity import Moment, division_prefix, parse_division
from shared.identity.errors import InvalidIdentifier
from shared.records.declaration import RecordType
from shared.records.schemas import RecordState
from shared.records.subjects import Subject
from shared.service.problems import FieldError, InvalidParameter, Unprocessable
from shared.service.strict import check_query
from shared.service.validation import field_errors, segment

KERNEL_FILTERS = ("member_id", "household_id", "division", "state", "changed_since", "limit", "cursor")
_PREFIX_LENGTHS = (2, 4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """A person searched by ID number: `id` in the column `name` where the caller may know it, and the key under which
    records of the person wait."""

    name: str
    id: UUID | None
    waiting: str


@dataclass(slots=True)
class RecordQuery:
    """A list's filters, checked. `state` None is all that is not voided, `limit` None the usual page."""

    member_id: UUID | None = None
    household_id: UUID | None = None
    person: PersonFilter | None = None
    division: str | None = None
    state: RecordState | None = None
    changed_since: datetime | None = None
    limit: int | None = None
    cursor: str | None = None
    fields: dict[str, object] = field(default_factory=dict)

    def asked(self, record_type: RecordType) -> object:
        """What a cursor belongs to."""
        fields = dict(sorted(self.fields.items()))
        return record_type.name, replace(self, limit=None, cursor=None, fields=fields)


def parse_query(record_type: RecordType, request: Request) -> RecordQuery:
    """The query of a request. Raises UnknownFilter, EmptyFilter or InvalidParameter naming the parameter."""
    check_query(request, allowed_filters(record_type))
    return _query(record_type, request.query_params)


def parse_search(record_type: RecordType, filters: Mapping[str, object]) -> RecordQuery:
    """The same from a body, where an ID number may stand beside (it never stands in a URL)."""
    unknown = filters.keys() - set(allowed_filters(record_type))
    if unknown:
        allowed = sorted(search_filters(record_type))
        raise Unprocessable(
            errors=[FieldError(segment_of(name), "extra_forbidden", {"allowed": allowed}) for name in unknown]
        )
    for name, value in filters.items():
        if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
            raise Unprocessable(errors=[FieldError(f"/{name}", "empty_value")])
    return _query(record_type, {name: str(value) for name, value in filters.items()})


def allowed_filters(record_type: RecordType) -> tuple[str, ...]:
    return (*KERNEL_FILTERS, *record_type.filters)


def search_filters(record_type: RecordType) -> tuple[str, ...]:
    """Those of a search; a village has no person to be found by."""
    by_person = () if record_type.subject is Subject.VILLAGE else ("id_number",)
    return (*allowed_filters(record_type), *by_person)


def segment_of(name: str) -> str:
    return f"/{segment(name)}"


def _query(record_type: RecordType, values: Mapping[str, str]) -> RecordQuery:
    query = RecordQuery()
    for name, value in values.items():
        if name in record_type.filters:
            query.fields[name] = _business_value(record_type, name, value)
        elif name == "division":
            query.division = parse_division_prefix(value)
        elif name == "cursor":
            query.cursor = value
        else:
            setattr(query, name, parse_value(VALUES[name], name, value))
    return query


def parse_division_prefix(value: str) -> str:
    """A 12-digit division or the leading 2, 4, 6 or 9 digits of one, as the prefix it stands for."""
    if not (value.isascii() and value.isdigit() and len(value) in _PREFIX_LENGTHS):
        raise InvalidParameter(errors=[FieldError("query:division", "division_prefix")])
    try:
        return division_prefix(parse_division(value.ljust(_PREFIX_LENGTHS[-1], "0")))
    except InvalidIdentifier as error:
        raise InvalidParameter(errors=[FieldError("query:division", error.code)]) from None


def parse_value(adapter: TypeAdapter[object], name: str, value: str) -> object:
    """The parameter's value. Raises InvalidParameter naming it."""
    try:
        return adapter.validate_strings(value)
    except ValidationError as error:
        errors = [FieldError(f"query:{name}", one.code, one.params) for one in field_errors(error)]
        raise InvalidParameter(errors=errors) from None


def _business_value(record_type: RecordType, name: str, value: str) -> object:
    parsed = parse_value(field_adapter(record_type, name), name, value)
    return parsed.value if isinstance(parsed, Enum) else parsed


@cache
def field_adapter(record_type: RecordType, name: str) -> TypeAdapter[object]:
    adapter: TypeAdapter[object] = TypeAdapter(record_type.annotation_of(name))  # type: ignore[arg-type]  # a type put together at run time
    return adapter


VALUES: Mapping[str, TypeAdapter[object]] = {
    "member_id": TypeAdapter(UUID),
    "household_id": TypeAdapter(UUID),
    "state": TypeAdapter(RecordState),
    "changed_since": TypeAdapter(Moment),
    "limit": TypeAdapter(Annotated[int, Field(ge=1)]),
}
