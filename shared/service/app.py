"""The app factory: everything that is the same in every service, put together once."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TypeVar

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from shared.codes.label import Label
from shared.service.documents import problem_response
from shared.service.failures import problem_of
from shared.service.health import LIVE, METRICS, READY, Readiness, health_routes
from shared.service.messages import catalogue
from shared.service.middleware.authentication import Authentication
from shared.service.middleware.context import ContextMiddleware
from shared.service.middleware.errors import ErrorBoundary
from shared.service.middleware.limits import BodyLimit, TimeLimit
from shared.service.middleware.metrics import Metrics
from shared.service.problems import MethodNotAllowed
from shared.service.strict import strict_request
from shared.settings import HttpSettings

State = TypeVar("State")
LifespanFunction = Callable[[FastAPI], AbstractAsyncContextManager[State]]
"""Opens what the service lives on and yields it, a TypedDict or a dataclass: `request.state.<name>` in requests."""

OPENAPI = "/openapi.json"
PUBLIC = (LIVE, READY, METRICS, OPENAPI)
VERSION = "1.0.0"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def create_service(
    *,
    name: str,
    title: Label,
    settings: HttpSettings,
    lifespan: LifespanFunction[State],
    routers: Sequence[APIRouter] = (),
    routes: Sequence[BaseRoute] = (),
    public_paths: Collection[str] = (),
    catalogues: Sequence[Path] = (),
) -> FastAPI:
    """A service's application; nothing is opened before its lifespan starts.

    FastAPI routes refuse unknown and empty query parameters and unclean JSON by themselves (`strict_request`); plain
    `routes` come first in matching and use `check_query` and `parse_json_body`. Readiness checks are registered in
    `app.state.readiness`.
    """
    # Local: the verifier raises the kernel's problems, whose package imports this module.
    from shared.auth.verifier import TokenVerifier

    for path in catalogues:
        catalogue().read(path)
    plain = [*health_routes(name=name, seconds=settings.readiness_timeout_seconds), *routes]
    verifier = TokenVerifier.from_settings(settings)
    app = FastAPI(
        title=title.en,
        summary=title.zh,
        version=VERSION,
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=_lifespan(lifespan),
        dependencies=[Depends(strict_request)],
        routes=plain,
        exception_handlers={HTTPException: _answer, RequestValidationError: _answer},
        middleware=[
            Middleware(ContextMiddleware),
            Middleware(Metrics, service=name, templates=_templates(plain)),
            Middleware(ErrorBoundary),
            Middleware(BodyLimit, max_body_bytes=settings.max_body_bytes),
            Middleware(TimeLimit, seconds=settings.request_timeout_seconds),
            Middleware(Authentication, verifier=verifier, public_paths=(*PUBLIC, *public_paths)),
        ],
    )
    app.state.readiness = Readiness()
    app.state.name = name
    for router in routers:
        app.include_router(router)
    return app


def _lifespan(
    function: LifespanFunction[State],
) -> Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, object]]]:
    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[Mapping[str, object]]:
        async with function(app) as state:
            yield _named(state)

    return run


def _named(state: object) -> Mapping[str, object]:
    if state is None:
        return {}
    if is_dataclass(state) and not isinstance(state, type):
        return {field.name: getattr(state, field.name) for field in fields(state)}
    if isinstance(state, Mapping):
        return state
    raise TypeError("a lifespan yields a mapping or a dataclass")


def _templates(routes: Sequence[BaseRoute]) -> dict[object, str]:
    return {route.endpoint: route.path_format for route in routes if isinstance(route, Route)}


async def _answer(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == MethodNotAllowed.status:
        return problem_response(MethodNotAllowed(params={"allow": _allowed(request)}))
    return problem_response(problem_of(error, method=request.method))


def _allowed(request: Request) -> str:
    """Every method of this path; the framework names those of the first route that has it."""
    routes = request.app.router.routes
    return ", ".join(
        method
        for method in _METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    )
