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

from ops.openapi_words import (
    FASTAPI_FAULTS,
    PROBLEM,
    PROBLEMS,
    SCHEMAS,
    Json,
    add_problems,
    describe_parameters,
    mapping_of,
    problem_response,
)
from shared.codes import Label

METHODS = ("get", "put", "post", "delete", "patch")
SECURITY_SCHEME = "oauth2"

_DEFINITIONS = "#/$defs/"


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
            if name not in FASTAPI_FAULTS:
                schemas[renamed[name]] = _referring(schema, renamed)
        for path, operations in sorted(mapping_of(part.document.get("paths")).items()):
            for method, operation in _operations(operations):
                if method in paths.setdefault(path, {}):
                    raise ValueError(f"{part.name}: {method.upper()} {path} is another service's already")
                described = mapping_of(_referring(operation, renamed))
                described["tags"] = [part.name]
                described["operationId"] = _operation_id(part.name, method, path, described, taken)
                describe_parameters(described)
                add_problems(described, path=path, public=path in part.public)
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
            "responses": {f"Problem{status}": problem_response(text) for status, text in PROBLEMS.items()},
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

    document = mapping_of(lift(part.document))
    components = {**mapping_of(document.get("components", {})), "schemas": schemas}
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
            return {"$ref": SCHEMAS + names[reference.removeprefix(_DEFINITIONS)]}
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
            case {"$ref": str(reference)} if reference.startswith(SCHEMAS):
                target = reference.removeprefix(SCHEMAS)
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
        case str() if value.startswith(SCHEMAS):
            name = value.removeprefix(SCHEMAS)
            return SCHEMAS + names.get(name, name)
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


def _problem_schemas(problem: type[BaseModel]) -> Json:
    schema = problem.model_json_schema(ref_template=SCHEMAS + "{model}", mode="serialization")
    below = mapping_of(schema.pop("$defs", {}))
    return {**below, PROBLEM: schema}


def _oauth2(scopes: Mapping[str, str], token_url: str) -> Json:
    flow: Json = {"tokenUrl": token_url, "scopes": dict(scopes)}
    return {
        "type": "oauth2",
        "description": "Client credentials for systems and mobile applications, password for people.",
        "flows": {"clientCredentials": flow, "password": flow},
    }


def _operations(item: object) -> Iterator[tuple[str, object]]:
    operations = mapping_of(item)
    shared = operations.get("parameters")
    for method in METHODS:
        if method not in operations:
            continue
        operation = mapping_of(operations[method])
        if isinstance(shared, list):
            own = operation.get("parameters", [])
            operation = {**operation, "parameters": [*shared, *(own if isinstance(own, list) else [])]}
        yield method, operation


def _schemas(part: Part) -> Json:
    return mapping_of(mapping_of(part.document.get("components", {})).get("schemas", {}))


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
