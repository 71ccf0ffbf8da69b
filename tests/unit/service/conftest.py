"""A small service that has one of everything, and a client for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypedDict

import asyncpg
import httpx
import orjson
import pytest
from fastapi import APIRouter, FastAPI, Header, Query
from fastapi import Path as PathParameter
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from shared.auth import CurrentPrincipal, Principal, TokenIssuer, new_signing_key
from shared.codes.label import Label
from shared.identity.errors import InvalidDivision
from shared.service import Conflict, create_service, current_request, json_response
from shared.settings import ServiceSettings


class Busy(Conflict):
    code = "sample-busy"


FAILURES: dict[str, Callable[[], Exception]] = {
    "bug": lambda: KeyError("990101199003078519"),
    "data": lambda: asyncpg.DataError("invalid byte sequence"),
    "nul": lambda: asyncpg.CharacterNotInRepertoireError("0x00"),
    "range": lambda: asyncpg.NumericValueOutOfRangeError("out of range"),
    "deadlock": lambda: asyncpg.DeadlockDetectedError("deadlock"),
    "serialization": lambda: asyncpg.SerializationError("could not serialize"),
    "connections": lambda: asyncpg.TooManyConnectionsError("sorry"),
    "interface": lambda: asyncpg.InterfaceError("pool is closing"),
    "refused": lambda: ConnectionRefusedError(111, "refused"),
    "unique": lambda: asyncpg.UniqueViolationError("duplicate key 990101199003078519"),
    "privilege": lambda: asyncpg.InsufficientPrivilegeError("row-level security"),
    "cancelled": lambda: asyncpg.QueryCanceledError("statement timeout"),
    "group": lambda: ExceptionGroup("both", [asyncpg.DeadlockDetectedError("x"), Busy()]),
    "group of refusals": lambda: ExceptionGroup("one", [Busy()]),
    "division": lambda: InvalidDivision("division_gap"),
    "recursion": lambda: RecursionError("too deep"),
}


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=20)]
    age: Annotated[int, Field(ge=0, le=150)] = 0
    amount: Annotated[Decimal, Field(max_digits=12, decimal_places=2)] | None = None
    tags: list[str] = []


class State(TypedDict):
    greeting: str


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[State]:
    yield {"greeting": "hello"}


router = APIRouter(prefix="/api/v1/sample")


@router.get("/people")
async def people(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    tag: Annotated[list[str] | None, Query()] = None,
    if_match: Annotated[str | None, Header(max_length=20)] = None,
) -> Response:
    return json_response({"limit": limit, "tag": tag or [], "greeting": request.state.greeting})


@router.post("/people", status_code=201)
async def create(person: Person, principal: CurrentPrincipal) -> Response:
    return json_response(person, 201, {"X-Subject": principal.subject})


@router.get("/people/{number}")
async def person(number: Annotated[int, PathParameter(ge=1)]) -> Response:
    return json_response({"number": number})


@router.get("/people/by-name/{name}")
async def named(name: str) -> Response:
    return json_response({"name": name})


@router.get("/fail/{kind}")
@router.post("/fail/{kind}")
async def fail(kind: str) -> Response:
    raise FAILURES[kind]() if kind in FAILURES else Busy(params={"who": Label(zh="张三", en="Zhang San")})


@router.get("/slow")
async def slow() -> Response:
    await asyncio.sleep(60)
    return json_response({})


@router.get("/stream")
async def stream() -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"
        await asyncio.sleep(0.4)
        yield b"two"

    return StreamingResponse(parts())


@router.get("/context")
async def context() -> Response:
    here = current_request()
    return json_response({"id": here.request_id, "traceparent": here.traceparent, "language": here.language})


async def plain(request: Request) -> Response:
    return json_response({"bytes": len(await request.body())})


async def open_page(_: Request) -> Response:
    return json_response({"open": True})


@pytest.fixture(scope="session")
def issuer() -> TokenIssuer:
    return TokenIssuer(new_signing_key())


@pytest.fixture(scope="session")
def principal() -> Principal:
    return Principal(
        subject="health-system",
        kind="system",
        department="health",
        scopes=frozenset({"health:read", "health:write"}),
        divisions=("420115000000",),
        source_system="his",
    )


@pytest.fixture(scope="session")
def settings(issuer: TokenIssuer) -> ServiceSettings:
    return ServiceSettings(
        database_url=SecretStr("postgresql://unused"),
        pii_key=SecretStr(new_signing_key()),
        jwks_url=orjson.dumps(issuer.jwks()).decode(),
        request_timeout_seconds=0.3,
        readiness_timeout_seconds=0.1,
        max_body_bytes=20_000,
    )


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("texts") / "messages.toml"
    path.write_text(
        '[sample-busy]\ntitle = { zh = "忙", en = "Busy" }\n'
        'detail = { zh = "{who}正忙。", en = "{who} is busy." }\nremedy = { zh = "稍候", en = "Wait" }\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def app(settings: ServiceSettings, texts: Path) -> FastAPI:
    return create_service(
        name="sample",
        title=Label(zh="样例", en="Sample"),
        settings=settings,
        lifespan=lifespan,
        routers=[router],
        routes=[Route("/plain/{key}", plain, methods=["POST"]), Route("/open", open_page)],
        public_paths=["/open"],
        catalogues=[texts],
    )


@pytest.fixture(scope="session")
async def client(app: FastAPI, issuer: TokenIssuer, principal: Principal) -> AsyncIterator[httpx.AsyncClient]:
    token = issuer.issue(principal, timedelta(minutes=10), datetime.now(UTC))

    async with app.router.lifespan_context(app) as state:

        async def with_state(scope, receive, send):  # type: ignore[no-untyped-def]  # the three ASGI arguments
            await app({**scope, "state": dict(state)}, receive, send)

        transport = httpx.ASGITransport(app=with_state, raise_app_exceptions=True)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        async with httpx.AsyncClient(transport=transport, base_url="http://sample", headers=headers) as client:
            yield client
