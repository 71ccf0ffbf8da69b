"""Small real services: ASGI applications on uvicorn and a free loopback port, in the test's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import orjson
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send


class _Server(uvicorn.Server):
    """Says when it has started, and leaves the signals to pytest."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serve(app: ASGIApp, *, port: int = 0) -> AsyncIterator[str]:
    """Runs the application and yields its address; stops it cleanly."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        loop="none",
        http="httptools",
        ws="none",
        lifespan="auto",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        date_header=False,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=75,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    ready = asyncio.create_task(server.ready.wait())
    await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        ready.cancel()
        await task
        raise RuntimeError("the server has not started")
    bound = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{bound}"
    finally:
        state = getattr(app, "state", None)
        if state is not None and hasattr(state, "readiness"):
            state.readiness.draining = True
        server.should_exit = True
        await task


Handler = Callable[["Request"], Awaitable[None]]


class Request:
    """One request that a small service has got, with ways to answer it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.method: str = scope["method"]
        self.raw_path: bytes = scope["raw_path"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.raw_headers: list[tuple[bytes, bytes]] = scope["headers"]
        self.headers = {name.decode(): value.decode("latin-1") for name, value in self.raw_headers}
        self.receive = receive
        self.send = send

    async def body(self) -> bytes:
        body = b""
        while True:
            message = await self.receive()
            if message["type"] != "http.request":
                raise ConnectionError
            chunk: bytes = message.get("body", b"")
            body += chunk
            if not message.get("more_body", False):
                return body

    async def answer(self, status: int, body: bytes, **headers: str) -> None:
        pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        pairs.append((b"content-length", str(len(body)).encode()))
        await self.send({"type": "http.response.start", "status": status, "headers": pairs})
        await self.send({"type": "http.response.body", "body": body})


class Department:
    """Answers every path with what it was sent, unless a test gives it another `handler`; keeps all requests."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reset()

    def reset(self) -> None:
        self.requests: list[Request] = []
        self.handler: Handler = self.echo

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive, send)
        if request.path == "/healthz/ready":
            await request.answer(200, b"{}", content_type="application/json")
            return
        self.requests.append(request)
        await self.handler(request)

    async def echo(self, request: Request) -> None:
        body = await request.body()
        content = {
            "service": self.name,
            "method": request.method,
            "path": request.raw_path.decode(),
            "query": request.query.decode(),
            "headers": request.headers,
            "body": len(body),
        }
        await request.answer(200, orjson.dumps(content), content_type="application/json", server="secret/1.0")


class Registry(Department):
    """Answers status reads from a dictionary that tests change; everything else as a department does."""

    def __init__(self) -> None:
        super().__init__("registry")

    def reset(self) -> None:
        super().reset()
        self.statuses: dict[str, tuple[int, str]] = {}
        """Household id → (version, division)."""
        self.sources = "registry=3, health=17"
        self.gate: asyncio.Event | None = None
        """When set, a status is read first and answered only after the gate opens."""
        self.arrived = asyncio.Event()
        self.status_reads = 0
        self.handler = self.answer

    async def answer(self, request: Request) -> None:
        if request.path == "/api/v1/statuses:lookup":
            named = str(orjson.loads(await request.body())["household_code"])
        elif request.path.endswith("/status") and request.method == "GET":
            named = request.path.split("/")[-2]
        else:
            await self.echo(request)
            return
        self.status_reads += 1
        known = self.statuses.get(named) or self.statuses.get(named.lower())
        if known is None:
            await request.answer(404, b'{"code":"household-not-found"}', content_type="application/problem+json")
            return
        version, division = known
        content = {
            "household_id": named,
            "version": version,
            "guarantees": [
                {
                    "item": "basic_medical",
                    "state": "unmet",
                    "reasons": [{"code": "not_insured", "department": "health", "params": {"year": "2020"}}],
                }
            ],
            "view": request.query.decode(),
        }
        headers = {
            "content_type": "application/json",
            "Yihu_Division": division,
            "Yihu_Status_Version": str(version),
            "Yihu_Version": self.sources,
            "ETag": f'"{version}"',
        }
        self.arrived.set()
        if self.gate is not None:
            await self.gate.wait()
        await request.answer(200, orjson.dumps(content), **headers)
