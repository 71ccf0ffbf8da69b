"""What a status request asks for, checked: unknown, empty or wrong parameters are refused, never read as "all"."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request

from services.registry.status.listing import CONTAINS, EQUAL, GROUPS, StatusQuery
from shared.database import Scope
from shared.identity import IdNumberText, Moment
from shared.indicators.asking import counted_place
from shared.records.filters import parse_division_prefix
from shared.service.bodies import parse_json_body
from shared.service.problems import FieldError, InvalidParameter, Unprocessable
from shared.service.strict import check_query
from shared.service.validation import field_errors

Kind = TypeVar("Kind")

VIEWS = ("full", "mobile")
READ_PARAMETERS = ("view", "at_least")
FILTERS = ("division", *EQUAL, *CONTAINS)
LIST_PARAMETERS = (*FILTERS, "changed_since", "limit", "cursor")
SUMMARY_PARAMETERS = (*FILTERS, "by")
SUMMARY_GROUPS = ("division", *GROUPS)
MAX_ROWS = 500

_AT_LEAST = re.compile(r"([a-z][a-z0-9_]{0,63}):([0-9]{1,18})", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
_LIMIT: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=1, le=MAX_ROWS)])
_IDENTIFIER: TypeAdapter[UUID] = TypeAdapter(UUID)


class Lookup(BaseModel):
    """Exactly one of both."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    id_number: IdNumberText | None = None
    household_code: Annotated[str, Field(min_length=1, max_length=64)] | None = None


def read_parameters(request: Request) -> tuple[bool, dict[str, int]]:
    """Whether the short form is wanted, and the versions that the status must contain."""
    check_query(request, READ_PARAMETERS)
    view = request.query_params.get("view", VIEWS[0])
    if view not in VIEWS:
        raise InvalidParameter(errors=[FieldError("query:view", "enum", {"expected": ", ".join(VIEWS)})])
    return view == "mobile", _at_least(request.query_params.get("at_least"))


def household_id_of(request: Request) -> UUID:
    try:
        return _IDENTIFIER.validate_strings(request.path_params["household_id"])
    except ValidationError:
        raise InvalidParameter(errors=[FieldError("path:household_id", "uuid_type")]) from None


def code_of(request: Request) -> str:
    code: str = request.path_params["code"]
    if "\0" in code:
        raise InvalidParameter(errors=[FieldError("path:code", "nul_character")])
    return code


async def lookup_of(request: Request) -> Lookup:
    """The body of a lookup. Raises MalformedJson or Unprocessable; no value of it is quoted."""
    document = parse_json_body(await request.body())
    try:
        lookup = Lookup.model_validate(document)
    except ValidationError as error:
        raise Unprocessable(errors=field_errors(error)) from None
    if (lookup.id_number is None) == (lookup.household_code is None):
        raise Unprocessable(errors=[FieldError("", "lookup_one_key")])
    return lookup


def list_query(request: Request) -> StatusQuery:
    check_query(request, LIST_PARAMETERS)
    given = request.query_params
    return StatusQuery(
        prefix=parse_division_prefix(given["division"]) if "division" in given else "",
        filters=_filters(given),
        changed_since=_parsed(_MOMENT, "changed_since", given["changed_since"]) if "changed_since" in given else None,
        limit=_parsed(_LIMIT, "limit", given["limit"]) if "limit" in given else 100,
        cursor=given.get("cursor"),
    )


def summary_query(request: Request, scope: Scope) -> tuple[StatusQuery, tuple[str, ...]]:
    """The filters and one or two groups; by state when none is named."""
    by = tuple(request.query_params.get("by", "state").split(","))
    if len(by) > 2 or len(set(by)) != len(by) or not set(by) <= set(SUMMARY_GROUPS):
        raise InvalidParameter(errors=[FieldError("query:by", "status_groups", {"allowed": ", ".join(SUMMARY_GROUPS)})])
    return filtered_query(request, scope), by


def filtered_query(request: Request, scope: Scope) -> StatusQuery:
    """The filters of a count, beside `by`; a caller who names no division means the own one. Raises OutOfArea."""
    check_query(request, SUMMARY_PARAMETERS)
    given = request.query_params
    return StatusQuery(prefix=counted_place(scope, given.get("division")), filters=_filters(given))


def _filters(given: Mapping[str, str]) -> dict[str, str]:
    filters = {}
    for name, (_, codes) in {**EQUAL, **CONTAINS}.items():
        if name not in given:
            continue
        value = given[name]
        if codes and value not in codes:
            raise InvalidParameter(errors=[FieldError(f"query:{name}", "enum", {"expected": ", ".join(codes)})])
        if _CODE.fullmatch(value) is None:
            raise InvalidParameter(errors=[FieldError(f"query:{name}", "string_pattern_mismatch")])
        filters[name] = value
    return filters


def _at_least(text: str | None) -> dict[str, int]:
    wanted: dict[str, int] = {}
    for part in text.split(",") if text is not None else ():
        match = _AT_LEAST.fullmatch(part.strip())
        if match is None or len(wanted) >= 16:
            raise InvalidParameter(errors=[FieldError("query:at_least", "at_least_form")])
        wanted[match[1]] = max(int(match[2]), wanted.get(match[1], 0))
    return wanted


def _parsed(adapter: TypeAdapter[Kind], name: str, value: str) -> Kind:
    try:
        return adapter.validate_strings(value)
    except ValidationError as error:
        errors = [FieldError(f"query:{name}", one.code, one.params) for one in field_errors(error)]
        raise InvalidParameter(errors=errors) from None
