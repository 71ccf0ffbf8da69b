"""One OpenAPI document from those of all services: what the gateway serves at /api/v1/openapi.json.

Pure: documents in, document out. Each operation gets its service's tag and an id of its own; schemas that are the same
in several services are kept once, others of one name are told apart by the service's name; every operation answers
refusals as problem+json.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from shared.codes import Label

Json = dict[str, object]

METHODS = ("get", "put", "post", "delete", "patch")
PROBLEM = "ProblemDocument"
PROBLEM_JSON = "application/problem+json"
SECURITY_SCHEME = "oauth2"

_SCHEMAS = "#/components/schemas/"
_DEFINITIONS = "#/$defs/"
_FASTAPI_FAULTS = frozenset({"HTTPValidationError", "ValidationError"})

PROBLEMS: Mapping[str, str] = {
    "400": "A parameter, a header or the JSON is malformed, or a query parameter is unknown or empty",
    "401": "No valid token",
    "403": "The scope or the area of the caller does not allow it",
    "404": "Not there, or not within the caller's area",
    "409": "It disagrees with what is recorded",
    "412": "Changed since (If-Match)",
    "413": "The body is too large",
    "415": "The body has another media type",
    "422": "The content is not acceptable; errors names field, rule and remedy",
    "429": "Too many requests",
    "503": "Not now; try again after Retry-After",
}
_ALWAYS = ("400", "401", "403", "429", "503")
_WITH_BODY = ("409", "413", "415", "422")
_WITHOUT_TOKEN = ("400", "429", "503")


@dataclass(frozen=True, slots=True)
class Part:
    """One service's document. `public` are the paths that need no token."""

    name: str
    title: Label
    document: Json
    public: frozenset[str] = frozenset()


def merge(
    parts: Sequence[Part], *, info: Json, scopes: Mapping[str, str], token_url: str, problem: type[BaseModel]
) -> Json:
    """The merged document; raises ValueError when two services claim one operation."""
    parts = [_hoisted(part) for part in parts]
    names = _schema_names(parts)
    paths: dict[str, Json] = {}
    schemas: Json = {}
    taken: set[str] = set()
    for part in parts:
        renamed = names[part.name]
        for name, schema in _schemas(part).items():
            if name not in _FASTAPI_FAULTS:
                schemas[renamed[name]] = _referring(schema, renamed)
        for path, operations in sorted(_mapping(part.document.get("paths")).items()):
            for method, operation in _operations(operations):
                if method in paths.setdefault(path, {}):
                    raise ValueError(f"{part.name}: {method.upper()} {path} is another service's already")
                described = _mapping(_referring(operation, renamed))
                described["tags"] = [part.name]
                described["operationId"] = _operation_id(part.name, method, path, described, taken)
                _add_problems(described, path=path, public=path in part.public)
                paths[path][method] = described
    for name, schema in _problem_schemas(problem).items():
        schemas[name] = schema
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": "/"}],
        "tags": [{"name": part.name, "description": f"{part.title.zh} / {part.title.en}"} for part in parts],
        "security": [{SECURITY_SCHEME: []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": {f"Problem{status}": _problem_response(text) for status, text in PROBLEMS.items()},
            "securitySchemes": {SECURITY_SCHEME: _oauth2(scopes, token_url)},
        },
    }


def _hoisted(part: Part) -> Part:
    """The part with schemas that pydantic put beside their use (`$defs`) moved to the components."""
    schemas = dict(_schemas(part))

    def lift(value: object) -> object:
        match value:
            case {"$defs": dict(definitions), **rest}:
                same = {name: name for name in definitions}
                found = {name: _pointing(lift(schema), same) for name, schema in definitions.items()}
                names = {name: _free_name(name, schema, schemas) for name, schema in found.items()}
                return _pointing(lift(rest), names)
            case dict():
                return {key: lift(item) for key, item in value.items()}
            case list():
                return [lift(item) for item in value]
            case _:
                return value

    document = _mapping(lift(part.document))
    components = {**_mapping(document.get("components", {})), "schemas": schemas}
    return replace(part, document={**document, "components": components})


def _free_name(name: str, schema: object, schemas: Json) -> str:
    """The name under which the schema is kept: its own, or with a number where another one has that name."""
    free, number = name, 2
    while schemas.setdefault(free, schema) != schema:
        free, number = f"{name}{number}", number + 1
    return free


def _pointing(value: object, names: Mapping[str, str]) -> object:
    match value:
        case {"$ref": str(reference)} if reference.startswith(_DEFINITIONS):
            return {"$ref": _SCHEMAS + names[reference.removeprefix(_DEFINITIONS)]}
        case dict():
            return {key: _pointing(item, names) for key, item in value.items()}
        case list():
            return [_pointing(item, names) for item in value]
        case _:
            return value


def _schema_names(parts: Sequence[Part]) -> dict[str, dict[str, str]]:
    """For each service, what its schemas are called in the merged document."""
    contents: dict[str, dict[str, str]] = {}
    for part in parts:
        schemas = _schemas(part)
        for name in schemas:
            contents.setdefault(name, {})[part.name] = _expanded(name, schemas, ())
    return {
        part.name: {
            name: name if len(set(contents[name].values())) == 1 else _camel(part.name) + name
            for name in _schemas(part)
        }
        for part in parts
    }


def _expanded(name: str, schemas: Json, above: tuple[str, ...]) -> str:
    """A schema as text with everything that it refers to, so that equal texts mean equal schemas."""

    def expand(value: object) -> object:
        match value:
            case {"$ref": str(reference)} if reference.startswith(_SCHEMAS):
                target = reference.removeprefix(_SCHEMAS)
                if target in above or target == name or target not in schemas:
                    return {"$ref": target}
                return _expanded(target, schemas, (*above, name))
            case dict():
                return {key: expand(item) for key, item in value.items()}
            case list():
                return [expand(item) for item in value]
            case _:
                return value

    return json.dumps(expand(schemas[name]), sort_keys=True, ensure_ascii=False)


def _referring(value: object, names: Mapping[str, str]) -> object:
    """A copy in which references to schemas use the merged names."""
    match value:
        case str() if value.startswith(_SCHEMAS):
            name = value.removeprefix(_SCHEMAS)
            return _SCHEMAS + names.get(name, name)
        case dict():
            return {key: _referring(item, names) for key, item in value.items()}
        case list() | tuple():
            return [_referring(item, names) for item in value]
        case _:
            return value


def _operation_id(service: str, method: str, path: str, operation: Json, taken: set[str]) -> str:
    slug = re.sub(r"\W", "_", path)
    own = str(operation.get("operationId") or f"{method}{slug}")
    # FastAPI's own ids are the function's name with path and method behind it; the name says enough.
    name = own.removesuffix(f"{slug}_{method}")
    wanted = name if name.startswith(f"{service}_") else f"{service}_{name}"
    if wanted in taken:
        wanted = f"{service}_{method}{slug}"
    number = 2
    unique = wanted
    while unique in taken:
        unique, number = f"{wanted}_{number}", number + 1
    taken.add(unique)
    return unique


def _add_problems(operation: Json, *, path: str, public: bool) -> None:
    responses = _mapping(operation.setdefault("responses", {}))
    if _refers_to_fastapi_fault(responses.get("422")):
        del responses["422"]
    wanted = list(_WITHOUT_TOKEN if public else _ALWAYS)
    if "{" in path:
        wanted.append("404")
    if "requestBody" in operation:
        wanted.extend(_WITH_BODY)
    if any(str(one.get("name")).lower() == "if-match" for one in _parameters(operation)):
        wanted.append("412")
    for status in wanted:
        responses.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    for status, text in PROBLEMS.items():
        # Refusals that a service describes in full have the shared description's words in most cases; one is enough.
        if _is_plain_problem(responses.get(status), text):
            responses[status] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = dict(sorted(responses.items()))
    if public:
        operation["security"] = []


def _refers_to_fastapi_fault(response: object) -> bool:
    return any(f'"{_SCHEMAS}{name}"' in json.dumps(response, default=str) for name in _FASTAPI_FAULTS)


def _is_plain_problem(response: object, text: str) -> bool:
    match response:
        case {"description": str(description), "content": {"application/problem+json": {"schema": {"$ref": str(ref)}}}}:
            return ref == _SCHEMAS + PROBLEM and description == text
        case _:
            return False


def _problem_response(text: str) -> Json:
    return {"description": text, "content": {PROBLEM_JSON: {"schema": {"$ref": _SCHEMAS + PROBLEM}}}}


def _problem_schemas(problem: type[BaseModel]) -> Json:
    schema = problem.model_json_schema(ref_template=_SCHEMAS + "{model}", mode="serialization")
    below = _mapping(schema.pop("$defs", {}))
    return {**below, PROBLEM: schema}


def _oauth2(scopes: Mapping[str, str], token_url: str) -> Json:
    flow: Json = {"tokenUrl": token_url, "scopes": dict(scopes)}
    return {
        "type": "oauth2",
        "description": "Client credentials for systems and mobile applications, password for people.",
        "flows": {"clientCredentials": flow, "password": flow},
    }


def _operations(item: object) -> Iterator[tuple[str, object]]:
    operations = _mapping(item)
    shared = operations.get("parameters")
    for method in METHODS:
        if method not in operations:
            continue
        operation = _mapping(operations[method])
        if isinstance(shared, list):
            own = operation.get("parameters", [])
            operation = {**operation, "parameters": [*shared, *(own if isinstance(own, list) else [])]}
        yield method, operation


def _parameters(operation: Json) -> list[Json]:
    parameters = operation.get("parameters", [])
    return [one for one in parameters if isinstance(one, dict)] if isinstance(parameters, list) else []


def _schemas(part: Part) -> Json:
    return _mapping(_mapping(part.document.get("components", {})).get("schemas", {}))


def _mapping(value: object) -> Json:
    if not isinstance(value, dict):
        raise TypeError(f"an object is expected, not {type(value).__name__}")
    return value


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
