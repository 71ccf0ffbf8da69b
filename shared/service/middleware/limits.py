"""How much a request may send, in which form, and how long it may take."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.identity.text import blank
from shared.service.problems import EncodedBody, TimedOut, TooLarge


class BodyLimit:
    """413 for bodies over the limit, by Content-Length at once, else while the body streams in; 415 for compressed
    ones, whose size says nothing of what they become.

    Starlette's own limiter answers in plain text; every refusal of ours is problem+json.
    """

    def __init__(self, app: ASGIApp, *, max_body_bytes: int) -> None:
        self.app = app
        self.limit = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        encoding = b""
        for name, value in scope["headers"]:
            # A number of more digits than any real length is too large without being read as one.
            if name == b"content-length" and value.isdigit() and (len(value) > 18 or int(value) > self.limit):
                raise self._too_large()
            if name == b"content-encoding" and value.strip().lower() != b"identity":
                encoding = value
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received and encoding:
                    raise EncodedBody(params={"encoding": blank(encoding[:40].decode("ascii", "replace"))})
                if received > self.limit:
                    raise self._too_large()
            return message

        await self.app(scope, receive_counted, send)

    def _too_large(self) -> TooLarge:
        return TooLarge(params={"limit": self.limit})


class TimeLimit:
    """503 with Retry-After when the response has not begun in time; one that has begun may stream on."""

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        timer = asyncio.timeout(self.seconds)

        async def send_in_time(message: Message) -> None:
            if message["type"] == "http.response.start" and not timer.expired():
                timer.reschedule(None)
            await send(message)

        try:
            async with timer:
                await self.app(scope, receive, send_in_time)
        except TimeoutError as error:
            if timer.expired():
                raise TimedOut from error
            raise
