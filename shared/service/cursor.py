"""Where a page ended: an opaque token of the last row's sort key. The one form of cursor of all lists.

It is bound to what was asked: read under other filters, it would leave rows out without a word.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query

from shared.service.problems import InvalidCursor

LONGEST = 600
"""Characters of a cursor; what is longer was not written here."""

CursorText = Annotated[str | None, Query(max_length=LONGEST, description="`next_cursor` of the page before")]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def encode_cursor(asked: object, *key: str) -> str:
    """The sort key of the last row as a token for the next page of the same list with the same filters, `asked`.

    Two questions are the same when their `repr` is; how many rows a page has is no part of it.
    """
    return base64.urlsafe_b64encode(orjson.dumps((_fingerprint(asked), *key))).decode().rstrip("=")


def decode_cursor(asked: object, text: str, parts: int) -> list[str]:
    """The sort key: so many printable texts. Raises InvalidCursor for anything that `encode_cursor` did not write for
    the same question.
    """
    try:
        raw = base64.b64decode(text[:LONGEST] + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        key = orjson.loads(raw)
    except (binascii.Error, ValueError) as error:
        raise InvalidCursor from error
    if not isinstance(key, list) or len(key) != parts + 1 or not all(isinstance(one, str) for one in key):
        raise InvalidCursor
    fingerprint, *place = key
    if fingerprint != _fingerprint(asked) or not all(one.isprintable() for one in place):
        raise InvalidCursor
    return place


def decode_id(text: str) -> UUID:
    """A part of a cursor that is an id. Raises InvalidCursor."""
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidCursor from error


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page in the order (moment, id)."""

    moment: datetime
    id: UUID

    def encode(self, asked: object) -> str:
        microseconds = (self.moment - _EPOCH) // timedelta(microseconds=1)
        return encode_cursor(asked, str(microseconds), str(self.id))

    @classmethod
    def decode(cls, asked: object, text: str) -> "Cursor":
        """Raises InvalidCursor for anything that `encode` did not write for the same question."""
        microseconds, identifier = decode_cursor(asked, text, 2)
        try:
            moment = _EPOCH + timedelta(microseconds=int(microseconds))
        except (ValueError, OverflowError) as error:
            raise InvalidCursor from error
        return cls(moment=moment, id=decode_id(identifier))


def _fingerprint(asked: object) -> str:
    return hashlib.blake2b(repr(asked).encode(), digest_size=8).hexdigest()
