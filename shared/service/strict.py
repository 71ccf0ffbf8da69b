"""What every FastAPI route refuses by default: unknown, empty or repeated query parameters, unclean JSON."""

from collections.abc import Callable, Collection, Sequence
from types import UnionType
from typing import Annotated, TypeVar, Union, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Form, ParamTypes
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection

from shared.identity import blank
from shared.service.bodies import JSON, check_json
from shared.service.problems import (
    EmptyFilter,
    FieldError,
    InvalidParameter,
    UnknownFilter,
    Unprocessable,
    UnsupportedMediaType,
)

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])

_OWN_QUERY = "__reads_own_query__"
_JUDGES_ROWS = "__judges_rows__"
_MAX_NAME = 64

_Declared = tuple[frozenset[str], frozenset[str]]
# By identity, as routes have no hash; the route is kept with it so that its identity is not given to another one.
_declared_by_route: dict[int, tuple[APIRoute, _Declared]] = {}


def reads_own_query(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint whose query parameters are not in its signature; it must call `check_query` itself."""
    setattr(endpoint, _OWN_QUERY, True)
    return endpoint


def judges_rows(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint of a batch `{"rows": [...]}` that refuses unclean rows one by one, with `sound_rows`."""
    setattr(endpoint, _JUDGES_ROWS, True)
    return endpoint


def check_query(request: HTTPConnection, allowed: Collection[str], *, repeatable: Collection[str] = ()) -> None:
    """Refuse query parameters that are unknown, empty or repeated, and texts with NUL.

    Raises `UnknownFilter`, `EmptyFilter` or `InvalidParameter` (400): a filter that does nothing must never mean "all".
    """
    if not request.scope.get("query_string"):
        return
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in allowed:
            shown = _shown(name)
            names = sorted(allowed)
            fault = FieldError(f"query:{shown}", "unknown_parameter", {"allowed": names})
            raise UnknownFilter(params={"name": shown, "allowed": names}, errors=[fault])
        if not value.strip():
            raise EmptyFilter(params={"name": name}, errors=[FieldError(f"query:{name}", "empty_value")])
        if "\0" in value:
            raise InvalidParameter(errors=[FieldError(f"query:{name}", "nul_character")])
        if name in seen and name not in repeatable:
            raise InvalidParameter(errors=[FieldError(f"query:{name}", "repeated_parameter")])
        seen.add(name)


async def strict_request(request: Request) -> None:
    """The dependency that `create_service` puts before every FastAPI route."""
    route = _matched(request)
    if route is None:
        return
    for name, value in request.path_params.items():
        if isinstance(value, str) and "\0" in value:
            raise InvalidParameter(errors=[FieldError(f"path:{name}", "nul_character")])
    if request.scope.get("query_string") and not getattr(route.endpoint, _OWN_QUERY, False):
        allowed, repeatable = _declared(route)
        check_query(request, allowed, repeatable=repeatable)
    if route.body_field is not None and not isinstance(route.body_field.field_info, Form):
        body = await request.body()
        if body:
            if not _is_json(request.headers.get("content-type", "")):
                raise UnsupportedMediaType(params={"expected": JSON})
            try:
                check_json(await request.json(), body)
            except Unprocessable as refusal:
                own = getattr(route.endpoint, _JUDGES_ROWS, False)
                if not own or not all(one.pointer.startswith("/rows/") for one in refusal.errors):
                    raise


def _matched(request: Request) -> APIRoute | None:
    # An included router keeps the route as declared; what it became by the inclusion is the effective route.
    effective = request.scope.get("fastapi", {}).get("effective_route_context")
    route = effective if effective is not None else request.scope.get("route")
    return route if hasattr(route, "dependant") and hasattr(route, "body_field") else None


def _declared(route: APIRoute) -> _Declared:
    known = _declared_by_route.get(id(route))
    if known is not None:
        return known[1]
    fields = [
        field
        for field in get_flat_params(route.dependant)
        if getattr(field.field_info, "in_", None) == ParamTypes.query
    ]
    repeatable = frozenset(field.alias for field in fields if _is_list(field.field_info.annotation))
    declared = (frozenset(field.alias for field in fields), repeatable)
    _declared_by_route[id(route)] = (route, declared)
    return declared


def _is_list(annotation: object) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _is_list(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return any(_is_list(part) for part in get_args(annotation))
    kind = origin or annotation
    return isinstance(kind, type) and issubclass(kind, Sequence | set | frozenset) and not issubclass(kind, str | bytes)


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == JSON or (kind.startswith("application/") and kind.endswith("+json"))


def _shown(name: str) -> str:
    return blank(name.replace("\0", "?"))[:_MAX_NAME]
