"""What a request carries through the program: its id, its trace, its reader's language."""

import os
import re
from contextvars import ContextVar
from dataclasses import dataclass

from shared.codes.label import Language

DEFAULT_LANGUAGE: Language = "zh"

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
# Eleven digits in a row may be a phone or an ID number, which must not get into logs by way of a request id.
_PERSONAL = re.compile(r"[0-9]{11}", re.ASCII)
_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII)
_LANGUAGE = re.compile(
    r"\s*([A-Za-z*]{1,8})(?:-[A-Za-z0-9-]{1,32})?\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?))?\s*", re.ASCII
)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """`traceparent` (W3C) names this request as the parent of what it causes; None outside a request."""

    request_id: str
    traceparent: str | None
    language: Language


_NONE = RequestContext(request_id="", traceparent=None, language=DEFAULT_LANGUAGE)
_current: ContextVar[RequestContext] = ContextVar("request_context", default=_NONE)


def current_request() -> RequestContext:
    """The request that is being answered; outside one, an empty context in the default language."""
    return _current.get()


def enter(context: RequestContext) -> None:
    """Make this the context of everything that the current task does from here on."""
    _current.set(context)


def new_context(*, request_id: str | None, traceparent: str | None, accept_language: str | None) -> RequestContext:
    """The context of a request with these headers; headers that make no sense are replaced, never refused."""
    return RequestContext(
        request_id=sane_request_id(request_id) or os.urandom(16).hex(),
        traceparent=continued(traceparent),
        language=preferred_language(accept_language),
    )


def sane_request_id(text: str | None) -> str | None:
    """The caller's request id if it is short, plain and cannot be personal data."""
    if text is None or _REQUEST_ID.fullmatch(text) is None or _PERSONAL.search(text) is not None:
        return None
    return text


def continued(traceparent: str | None) -> str:
    """A traceparent for this hop: the caller's trace with a new span, or a new trace."""
    match = _TRACEPARENT.fullmatch(traceparent) if traceparent is not None else None
    if match is not None:
        version, trace, parent, flags, rest = match.groups()
        known = version != "ff" and not (version == "00" and rest)
        if known and trace.strip("0") and parent.strip("0"):
            return f"00-{trace}-{os.urandom(8).hex()}-{flags}"
    return f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-01"


def preferred_language(accept_language: str | None) -> Language:
    """Chinese or English, by the weights of Accept-Language (RFC 9110); Chinese where neither is asked for."""
    if accept_language is None or len(accept_language) > 1000:
        return DEFAULT_LANGUAGE
    weights: dict[str, float] = {}
    for part in accept_language.split(","):
        match = _LANGUAGE.fullmatch(part)
        if match is not None:
            name, weight = match.group(1).lower(), match.group(2)
            weights.setdefault(name, float(weight) if weight else 1.0)
    chinese = weights.get("zh", weights.get("*", 0.0))
    english = weights.get("en", 0.0)
    return "en" if english > chinese else DEFAULT_LANGUAGE
