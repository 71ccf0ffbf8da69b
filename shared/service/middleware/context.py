"""Request id, trace and language: from the headers into a context variable, the id back into the response."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.service.context import enter, new_context

_WANTED = frozenset({b"x-request-id", b"traceparent", b"accept-language"})


class ContextMiddleware:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        found: dict[bytes, str] = {}
        for name, value in scope["headers"]:
            if name in _WANTED:
                found.setdefault(name, value.decode("latin-1"))
        context = new_context(
            request_id=found.get(b"x-request-id"),
            traceparent=found.get(b"traceparent"),
            accept_language=found.get(b"accept-language"),
        )
        enter(context)
        header = (b"x-request-id", context.request_id.encode("ascii"))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        await self.app(scope, receive, send_with_id)
