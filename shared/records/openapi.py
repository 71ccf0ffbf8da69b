"""The OpenAPI description of record routes, made from the declarations."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from shared.records.declaration import RecordType
from shared.records.filters import KERNEL_FILTERS, VALUES, field_adapter, search_filters
from shared.records.schemas import BatchResult, History, ProblemDocument, UnmatchedCount, VoidRequest

JsonObject = dict[str, object]

REFERENCE = "#/components/schemas/{model}"
_CONFLICT = "The identity is ambiguous, or the idempotency key was used for another request"
"""What 409 means for records; the other refusals mean what they mean everywhere and are described once for all."""
_DIVISION: JsonObject = {"type": "string", "pattern": "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"}
_FILTER_NOTES = {
    "member_id": "the person",
    "household_id": "the household",
    "division": "12-digit division, or its leading 2, 4, 6 or 9 digits",
    "state": "matched, unmatched or voided; without it all that is in force",
    "changed_since": "RFC 3339 moment with offset; oldest change first",
    "limit": "rows of a page",
    "cursor": "`next_cursor` of the page before",
}
_ANSWER_HEADERS: JsonObject = {
    "ETag": {"description": "the record's revision", "schema": {"type": "string"}},
    "Yihu-Version": {
        "description": "`service=version` of the household's facts with this change in them, for `at_least`",
        "schema": {"type": "string"},
    },
}


def describe_records(document: JsonObject, *, service: str, prefix: str, record_types: Iterable[RecordType]) -> None:
    """Add the paths and schemas of these record types to an OpenAPI document."""
    types = list(record_types)
    paths = mapping_at(document, "paths")
    schemas = mapping_at(mapping_at(document, "components"), "schemas")
    for record_type in types:
        paths.update(_paths(record_type, service=service, prefix=prefix))
        if record_type.by_steps:
            # Opened and changed through the procedure's own routes.
            del paths[f"{prefix}/{record_type.name}:batch"]
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (BatchResult, "serialization"),
        (History, "serialization"),
        (ProblemDocument, "serialization"),
        (UnmatchedCount, "serialization"),
        (VoidRequest, "validation"),
        *((one.create_schema, "validation") for one in types if not one.by_steps),
        *((one.read_schema, "serialization") for one in types),
    ]
    _, definitions = models_json_schema(models, ref_template=REFERENCE)
    schemas.update(definitions.get("$defs", {}))


def mapping_at(document: JsonObject, name: str) -> JsonObject:
    found = document.setdefault(name, {})
    assert isinstance(found, dict)  # noqa: S101 - OpenAPI has an object there
    return found


def _paths(record_type: RecordType, *, service: str, prefix: str) -> dict[str, JsonObject]:
    create, read = model_of(record_type.create_schema), model_of(record_type.read_schema)
    rows: JsonObject = {
        "type": "object",
        "required": ["rows"],
        "additionalProperties": False,
        "properties": {"rows": {"type": "array", "minItems": 1, "items": create}},
    }
    page: JsonObject = {
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {"items": {"type": "array", "items": read}, "next_cursor": {"type": ["string", "null"]}},
    }
    filters: JsonObject = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: _ID_NUMBER if name == "id_number" else {"type": ["string", "integer"]}
            for name in search_filters(record_type)
        },
    }
    describe = Describer(record_type, service)
    base = f"{prefix}/{record_type.name}"
    written = {"200": ("Corrected, or found unchanged", read), "201": ("Created", read)}
    return {
        base: {
            "get": describe("list", "List", {"200": ("A page", page)}, parameters=_list_parameters(record_type)),
            "post": describe(
                "create", "Create or correct", written, body=create, headers=[*WRITE_HEADERS, _ONLY_CREATE]
            ),
        },
        f"{base}:batch": {
            "post": describe(
                "batch", "Create or correct many", {"200": ("A result for each row", model_of(BatchResult))}, body=rows,
                headers=WRITE_HEADERS[:1],
            )
        },
        f"{base}:search": {
            "post": describe("search", "List, by filters in the body", {"200": ("A page", page)}, body=filters)
        },
        f"{base}/{{id}}": {"get": describe("read", "Read one", {"200": ("The record", read)}, parameters=BY_ID)},
        f"{base}/{{id}}/history": {
            "get": describe("history", "Every change", {"200": ("The changes", model_of(History))}, parameters=BY_ID)
        },
        f"{base}/{{id}}:void": {
            "post": describe(
                "void", "Take out of force", {"200": ("The record, voided", read)}, body=model_of(VoidRequest),
                parameters=BY_ID, headers=WRITE_HEADERS,
            )
        },
    }  # fmt: skip


_ID_NUMBER: JsonObject = {"type": "string", "description": "the person's ID number; it never stands in a URL"}
BY_ID: list[JsonObject] = [
    {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
        "description": "the record",
    }
]
WRITE_HEADERS: list[JsonObject] = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "maxLength": 200},
        "description": "a text of the caller's own; the request sent again with it gets the first answer again",
    },
    {"name": "If-Match", "in": "header", "schema": {"type": "string"}, "description": "the revision to correct"},
]
_ONLY_CREATE: JsonObject = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string", "enum": ["*"]},
    "description": "create, and correct nothing that is there already",
}


class Describer:
    """Describes the operations of one record type."""

    def __init__(self, record_type: RecordType, service: str) -> None:
        self._type = record_type
        self._service = service

    def __call__(
        self,
        name: str,
        summary: str,
        answers: Mapping[str, tuple[str, JsonObject]],
        *,
        body: JsonObject | None = None,
        parameters: list[JsonObject] | None = None,
        headers: list[JsonObject] | None = None,
    ) -> JsonObject:
        title = self._type.title
        by_version = any(one["name"] == "If-Match" for one in headers or ())
        operation: JsonObject = {
            "tags": [self._service],
            "operationId": f"{self._service}_{self._type.name.replace('-', '_')}_{name}",
            "summary": f"{title.en}: {summary.lower()}",
            "description": f"{title.zh}. Source: {self._type.source}" if self._type.source else title.zh,
            "x-requirements": [row.strip() for row in self._type.source.split(",") if row.strip()],
            "responses": {
                **{
                    status: _json(text, schema, _ANSWER_HEADERS if by_version else None)
                    for status, (text, schema) in answers.items()
                },
                **({"409": _problem(_CONFLICT)} if headers else {}),
            },
        }
        if parameters or headers:
            operation["parameters"] = [*(parameters or ()), *(headers or ())]
        if body is not None:
            operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        return operation


def _list_parameters(record_type: RecordType) -> list[JsonObject]:
    kernel: list[JsonObject] = [
        {"name": name, "in": "query", "schema": _kernel_schema(name), "description": _FILTER_NOTES[name]}
        for name in KERNEL_FILTERS
    ]
    return kernel + [_business_filter(record_type, name) for name in record_type.filters]


def _kernel_schema(name: str) -> JsonObject:
    if name == "division":
        return _DIVISION
    return dict(VALUES[name].json_schema()) if name in VALUES else {"type": "string"}


def _business_filter(record_type: RecordType, name: str) -> JsonObject:
    schema = field_adapter(record_type, name).json_schema()
    match schema:
        case {"anyOf": [dict(given), {"type": "null"}]}:
            schema = given
    info = record_type.schema.model_fields[name]
    note = info.description or schema.pop("description", None) or f"only those of this {name.replace('_', ' ')}"
    return {"name": name, "in": "query", "schema": schema, "description": note}


def model_of(model: type[BaseModel]) -> JsonObject:
    return {"$ref": REFERENCE.format(model=model.__name__)}


def _json(text: str, schema: JsonObject, headers: JsonObject | None) -> JsonObject:
    answer: JsonObject = {"description": text, "content": {"application/json": {"schema": schema}}}
    return answer if headers is None else {**answer, "headers": headers}


def _problem(text: str) -> JsonObject:
    return {"description": text, "content": {"application/problem+json": {"schema": model_of(ProblemDocument)}}}
