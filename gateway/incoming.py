"""One request on the hot path, read once: what routing, limits, the cache and the proxy need to know of it."""

import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import lru_cache
from time import monotonic

from starlette.types import Receive, Scope, Send

from shared.codes.label import Language
from shared.service.context import RequestContext, enter, new_context, preferred_language, sane_request_id
from shared.service.documents import PROBLEM_JSON, encode, problem_document
from shared.service.problems import Problem

Header = tuple[bytes, bytes]
Message = MutableMapping[str, object]
SendMessage = Callable[[Message], Awaitable[None]]


class Incoming:
    """The request with its headers in a dictionary; `extra` are headers that go out with whatever is answered."""

    __slots__ = (
        "_context",
        "_request_id",
        "answered",
        "extra",
        "headers",
        "method",
        "path",
        "query",
        "raw_headers",
        "raw_path",
        "receive",
        "scope",
        "send",
        "started_at",
        "status",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.raw_path: bytes = scope.get("raw_path") or self.path.encode()
        self.query: bytes = scope["query_string"]
        self.raw_headers: list[Header] = scope["headers"]
        self.headers: dict[bytes, bytes] = dict(self.raw_headers)
        self.extra: list[Header] = []
        self.started_at = monotonic()
        self.answered = False
        self.status = 0
        self._context: RequestContext | None = None
        self._request_id: bytes | None = None

    @property
    def language(self) -> Language:
        return _language(self.headers.get(b"accept-language"))

    @property
    def context(self) -> RequestContext:
        """Request id, trace and language; made when first asked for."""
        if self._context is None:
            self._context = new_context(
                request_id=self.request_id.decode(),
                traceparent=_text(self.headers.get(b"traceparent")),
                accept_language=_text(self.headers.get(b"accept-language")),
            )
        return self._context

    @property
    def request_id(self) -> bytes:
        """The request's id alone, for answers that need nothing else of the context."""
        if self._request_id is None:
            given = sane_request_id(_text(self.headers.get(b"x-request-id")))
            self._request_id = (given or os.urandom(16).hex()).encode()
        return self._request_id

    @property
    def peer(self) -> str:
        """The address at the other end of the connection."""
        client = self.scope.get("client")
        return client[0] if client else ""

    async def start(self, status: int, headers: Iterable[Header]) -> None:
        self.answered = True
        self.status = status
        await self.send({"type": "http.response.start", "status": status, "headers": [*headers, *self.extra]})

    async def body(self, data: bytes, *, more: bool = False) -> None:
        await self.send({"type": "http.response.body", "body": data, "more_body": more})

    async def answer(self, status: int, headers: Iterable[Header], data: bytes) -> None:
        """A whole answer; the headers must name its length unless it has none."""
        await self.start(status, headers)
        await self.send({"type": "http.response.body", "body": data})

    async def refuse(self, problem: Problem) -> None:
        """Answers with the problem in the reader's language; the body is not read further."""
        context = self.context
        enter(context)
        body = encode(problem_document(problem, language=context.language))
        headers = [
            (b"content-type", PROBLEM_JSON.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"content-language", context.language.encode()),
            (b"cache-control", b"no-store"),
            (b"x-request-id", context.request_id.encode()),
            *((name.lower().encode(), value.encode()) for name, value in problem.headers().items()),
        ]
        await self.answer(problem.status, headers, b"" if self.method == "HEAD" else body)


@lru_cache(maxsize=1024)
def _language(accept_language: bytes | None) -> Language:
    return preferred_language(_text(accept_language))


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
