"""Which headers cross the gateway, in both directions."""

from multidict import CIMultiDict

from gateway.incoming import Header, Incoming

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""RFC 9110, 7.6.1: they speak of one connection only."""

_NOT_FROM_CLIENTS = HOP_BY_HOP | {
    b"host",
    b"content-length",
    b"expect",
    b"forwarded",
    b"x-real-ip",
    b"x-request-id",
    b"traceparent",
    b"cookie",
}
_RESERVED = (b"yihu-", b"x-forwarded-", b"x-yihu-")
"""Only the gateway and the services speak these: a client that sends one pretends to be one of them."""

_NOT_FROM_SERVICES = HOP_BY_HOP | {b"server", b"date"}


def upstream_headers(incoming: Incoming, *, client: str, deadline_milliseconds: int) -> CIMultiDict[str]:
    """The request's headers as the service gets them: the client's own, and what the gateway knows better."""
    dropped = _named_by_connection(incoming.headers.get(b"connection"))
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in incoming.raw_headers:
        if name not in _NOT_FROM_CLIENTS and not name.startswith(_RESERVED) and name not in dropped:
            headers.add(name.decode("latin-1"), value.decode("utf-8", "replace"))
    context = incoming.context
    headers["X-Request-Id"] = context.request_id
    if context.traceparent is not None:
        headers["traceparent"] = context.traceparent
    headers["Yihu-Deadline"] = str(deadline_milliseconds)
    headers["X-Forwarded-For"] = client
    headers["X-Forwarded-Proto"] = incoming.scope.get("scheme", "http")
    host = incoming.headers.get(b"host")
    if host is not None:
        headers["X-Forwarded-Host"] = host.decode("utf-8", "replace")
    return headers


def client_headers(raw_headers: tuple[Header, ...], *, base_url: bytes) -> list[Header]:
    """The service's headers as the client gets them; an address of the service itself becomes a path."""
    headers: list[Header] = []
    for name, value in raw_headers:
        lower = name.lower()
        if lower in _NOT_FROM_SERVICES:
            continue
        if lower == b"location" and value.startswith(base_url):
            headers.append((lower, value[len(base_url) :] or b"/"))
        else:
            headers.append((lower, value))
    return headers


NO_SNIFFING: Header = (b"x-content-type-options", b"nosniff")


def guarded(headers: list[Header]) -> list[Header]:
    """The answer's headers with what keeps personal data out of caches that a service forgot to speak of.

    An answer with an ETag may be kept by its reader and asked for again; any other is not stored at all.
    """
    names = {name for name, _ in headers}
    if b"cache-control" not in names:
        headers.append((b"cache-control", b"private, no-cache" if b"etag" in names else b"no-store"))
    if NO_SNIFFING[0] not in names:
        headers.append(NO_SNIFFING)
    return headers


def client_address(peer: str, forwarded_for: str, *, trusted_proxies: frozenset[str]) -> str:
    """Who is calling: the peer, or whom a trusted proxy before us names last."""
    if peer not in trusted_proxies:
        return peer
    named = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    return next((address[:64] for address in reversed(named) if address not in trusted_proxies), peer)


def _named_by_connection(value: bytes | None) -> frozenset[bytes]:
    if value is None or value.lower() in {b"keep-alive", b"close"}:
        return frozenset()
    return frozenset(part.strip().lower() for part in value.split(b",")) - {b"authorization"}
