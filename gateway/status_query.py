"""What is asked of a household's status, as far as the cache can answer it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

LOOKUP_PATH = "/api/v1/statuses:lookup"
_PREFIX = "/api/v1/households/"
_SUFFIX = "/status"
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_AT_LEAST = re.compile(r"([a-z][a-z0-9_]{0,49}):([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class StatusQuery:
    """`view` is empty for the whole status; `at_least` are the versions that the answer must contain."""

    view: str = ""
    at_least: Mapping[str, int] = field(default_factory=dict)


_PLAIN = {b"": StatusQuery(), b"view=full": StatusQuery(), b"view=mobile": StatusQuery(view="mobile")}


def is_status_request(method: str, path: str) -> bool:
    """Whether one household's status is read: by id, by code, or by a look-up whose key stands in the body."""
    if method == "GET":
        return path.startswith(_PREFIX) and path.endswith(_SUFFIX)
    return method == "POST" and path == LOOKUP_PATH


def household_of(path: str) -> str | None:
    """The household id in a status path, in canonical form; None where the household is named otherwise."""
    segment = path[len(_PREFIX) : -len(_SUFFIX)]
    return segment.lower() if _UUID.fullmatch(segment) else None


def parse_status_query(query: bytes) -> StatusQuery | None:
    """The query; None when it holds anything else: the registry then says what is wrong with it."""
    plain = _PLAIN.get(query)
    if plain is not None:
        return plain
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=20)
    except (UnicodeDecodeError, ValueError):
        return None
    given = dict(pairs)
    view = given.pop("view", "full")
    wanted = given.pop("at_least", None)
    if given or len(pairs) > 2 or (len(pairs) == 2 and pairs[0][0] == pairs[1][0]) or view not in {"full", "mobile"}:
        return None
    at_least: dict[str, int] = {}
    for part in () if wanted is None else wanted.split(","):
        match = _AT_LEAST.fullmatch(part.strip())
        if match is None:
            return None
        at_least[match[1]] = max(int(match[2]), at_least.get(match[1], 0))
    return StatusQuery(view="" if view == "full" else view, at_least=at_least)


def parse_versions(header: str) -> dict[str, int]:
    """The versions in a header such as `registry=3, health=17`; parts of another form are left out."""
    versions: dict[str, int] = {}
    for part in header.split(","):
        name, _, version = part.strip().partition("=")
        if name and version.isascii() and version.isdigit() and len(version) <= 18:
            versions[name] = int(version)
    return versions
