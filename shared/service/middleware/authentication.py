"""Bearer tokens: the verified principal goes into the request's state."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.service.problems import Unauthenticated

if TYPE_CHECKING:
    from shared.auth.principal import Principal

_SCHEME = b"bearer "
_MAX_TOKEN = 8192


class Verifier(Protocol):
    async def verify(self, token: str) -> "Principal":
        """The caller a token stands for; raises `Unauthenticated` or `KeysUnavailable`."""
        ...


class Authentication:
    """401 unless the path is public or a good token comes with the request.

    `public_paths` are exact; one that ends in `/` (other than `/` itself) stands for everything below it.
    """

    def __init__(self, app: ASGIApp, *, verifier: Verifier, public_paths: Collection[str]) -> None:
        self.app = app
        self.verifier = verifier
        self.exact = frozenset(public_paths)
        self.prefixes = tuple(path for path in public_paths if path.endswith("/") and path != "/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path not in self.exact and not (self.prefixes and path.startswith(self.prefixes)):
            principal = await self.verifier.verify(_bearer(scope))
            # A copy: some servers hand the same state to every request.
            scope["state"] = {**scope.get("state", {}), "principal": principal}
        await self.app(scope, receive, send)


def _bearer(scope: Scope) -> str:
    given: list[bytes] = [value for name, value in scope["headers"] if name == b"authorization"]
    if not given:
        raise Unauthenticated
    value = given[0]
    if len(given) > 1 or value[: len(_SCHEME)].lower() != _SCHEME:
        raise Unauthenticated(reason="invalid_request")
    token = value[len(_SCHEME) :].strip()
    if not token or len(token) > _MAX_TOKEN or not token.isascii():
        raise Unauthenticated(reason="invalid_token")
    return token.decode("ascii")
