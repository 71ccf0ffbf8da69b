"""The OpenAPI description of record routes, made from the declarations."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from shared.records.declaration import RecordType
from shared.records.filters import KERNEL_FILTERS
from shared.records.schemas import BatchResult, History, ProblemDocument, UnmatchedCount, VoidRequest

JsonObject = dict[str, object]

REFERENCE = "#/components/schemas/{model}"
_PROBLEM_CODES = {
    "400": "A parameter, header or the JSON is malformed",
    "401": "No valid token",
    "403": "The scope or the area does not allow it",
    "404": "No such record in the caller's area",
    "409": "The identity is ambiguous, or the key was used for another request",
    "412": "The record has changed since (If-Match)",
    "413": "Too many rows or bytes",
    "415": "The body is not JSON",
    "422": "The payload breaks a rule: `errors` names field, rule and remedy",
    "429": "Too many requests",
    "503": "Not now: try again after Retry-After",
}
_FILTER_NOTES = {
    "member_id": "the person",
    "household_id": "the household",
    "division": "12-digit division, or its leading 2, 4, 6 or 9 digits",
    "state": "matched, unmatched or voided; without it all that is in force",
    "changed_since": "RFC 3339 moment with offset; oldest change first",
    "limit": "rows of a page",
    "cursor": "`next_cursor` of the page before",
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
            **{name: {"type": ["string", "integer"]} for name in (*KERNEL_FILTERS, *record_type.filters)},
            "id_number": {"type": "string", "description": "the person's ID number; it never stands in a URL"},
        },
    }
    describe = Describer(record_type, service)
    base = f"{prefix}/{record_type.name}"
    written = {"200": ("Corrected, or found unchanged", read), "201": ("Created", read)}
    return {
        base: {
            "get": describe("list", "List", {"200": ("A page", page)}, parameters=_list_parameters(record_type)),
            "post": describe("create", "Create or correct", written, body=create, headers=WRITE_HEADERS),
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


BY_ID: list[JsonObject] = [
    {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
]
WRITE_HEADERS: list[JsonObject] = [
    {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}},
    {"name": "If-Match", "in": "header", "schema": {"type": "string"}, "description": "the revision to correct"},
]


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
        operation: JsonObject = {
            "tags": [self._service],
            "operationId": f"{self._service}_{self._type.name.replace('-', '_')}_{name}",
            "summary": f"{title.en}: {summary.lower()}",
            "description": f"{title.zh}. Source: {self._type.source}" if self._type.source else title.zh,
            "x-requirements": [row.strip() for row in self._type.source.split(",") if row.strip()],
            "responses": {
                **{status: _json(text, schema) for status, (text, schema) in answers.items()},
                **{status: _problem(text) for status, text in _PROBLEM_CODES.items()},
            },
        }
        if parameters or headers:
            operation["parameters"] = [*(parameters or ()), *(headers or ())]
        if body is not None:
            operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        return operation


def _list_parameters(record_type: RecordType) -> list[JsonObject]:
    kernel: list[JsonObject] = [
        {"name": name, "in": "query", "schema": {"type": "string"}, "description": _FILTER_NOTES[name]}
        for name in KERNEL_FILTERS
    ]
    return kernel + [{"name": name, "in": "query", "schema": {"type": "string"}} for name in record_type.filters]


def model_of(model: type[BaseModel]) -> JsonObject:
    return {"$ref": REFERENCE.format(model=model.__name__)}


def _json(text: str, schema: JsonObject) -> JsonObject:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _problem(text: str) -> JsonObject:
    return {"description": text, "content": {"application/problem+json": {"schema": model_of(ProblemDocument)}}}
