"""The claims of an access token, checked; see docs/kernel.md for the list."""

import re
from collections.abc import Mapping
from datetime import datetime

from shared.auth.principal import Kind, Principal
from shared.service.problems import Unauthenticated

_SUBJECT = re.compile(r"[!-~]{1,128}", re.ASCII)
_DIVISION = re.compile(r"[0-9]{12}", re.ASCII)
_WORD = re.compile(r"[a-z0-9_.:-]{0,64}", re.ASCII)


def refused() -> Unauthenticated:
    """The one answer to every bad token: the caller learns that it is bad, an attacker not why."""
    return Unauthenticated(reason="invalid_token")


def check_claims(
    claims: Mapping[str, object], *, now: datetime, issuer: str, audience: str, leeway: int, max_seconds: int
) -> float:
    """When the token expires (seconds since 1970); raises `Unauthenticated` for claims that do not hold."""
    moment = now.timestamp()
    expires = _number(claims.get("exp"))
    if claims.get("iss") != issuer or not _names(claims.get("aud"), audience):
        raise refused()
    # A token that lives longer than tokens may is no token of an issuer that follows the rules.
    if expires <= moment - leeway or expires > moment + max_seconds + leeway:
        raise refused()
    for name in ("nbf", "iat"):
        if name in claims and _number(claims[name]) > moment + leeway:
            raise refused()
    return expires


def principal_from(claims: Mapping[str, object]) -> Principal:
    """The principal that checked claims describe; raises `Unauthenticated` where one has the wrong form."""
    subject, kind = claims.get("sub"), claims.get("kind", "system")
    divisions = _texts(claims.get("divisions", []), _DIVISION)
    scope = claims.get("scope", "")
    if not isinstance(subject, str) or _SUBJECT.fullmatch(subject) is None or not isinstance(scope, str):
        raise refused()
    return Principal(
        subject=subject,
        kind=_kind(kind),
        department=_word(claims.get("department", "")),
        roles=frozenset(_texts(claims.get("roles", []), _WORD)),
        scopes=frozenset(scope.split()),
        divisions=divisions,
        source_system=_word(claims.get("source_system", "")),
    )


def _kind(value: object) -> Kind:
    match value:
        case "system" | "mobile" | "person":
            return value
        case _:
            raise refused()


def _names(audience: object, wanted: str) -> bool:
    return wanted in audience if isinstance(audience, list) else audience == wanted


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise refused()
    return float(value)


def _word(value: object) -> str:
    if not isinstance(value, str) or _WORD.fullmatch(value) is None:
        raise refused()
    return value


def _texts(value: object, shape: re.Pattern[str]) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise refused()
    texts = tuple(item for item in value if isinstance(item, str) and shape.fullmatch(item) is not None)
    if len(texts) != len(value):
        raise refused()
    return texts
