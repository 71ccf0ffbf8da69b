"""Query parameters that several lists share."""

import hashlib
from typing import Annotated

from fastapi import Query

from shared.records.filters import parse_division_prefix
from shared.service.cursor import decode_cursor, encode_cursor
from shared.service.problems import InvalidCursor

DivisionFilter = Annotated[
    str | None, Query(description="a division (12 digits) or the leading 2, 4, 6 or 9 digits of one", max_length=12)
]
Limit = Annotated[int, Query(ge=1, le=1000, description="rows a page")]


def division_prefix(value: str | None) -> str | None:
    """The prefix that a division filter stands for; raises InvalidParameter."""
    return None if value is None else parse_division_prefix(value)


def cursor_of(query: object, place: str) -> str:
    """The cursor `place` bound to its query: read under other filters, it would leave rows out without a word."""
    return encode_cursor(_fingerprint(query), place)


def place_of(query: object, cursor: str) -> str:
    """The cursor that was bound. Raises InvalidCursor, also where the filters are others by now."""
    fingerprint, place = decode_cursor(cursor, 2)
    if fingerprint != _fingerprint(query):
        raise InvalidCursor
    return place


def _fingerprint(query: object) -> str:
    return hashlib.blake2b(repr(query).encode(), digest_size=8).hexdigest()
