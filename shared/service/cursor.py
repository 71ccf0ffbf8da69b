"""Where a page ended: an opaque token of the last row's sort key."""

import base64
import binascii

import orjson

from shared.service.problems import InvalidCursor

LONGEST = 600
"""Characters of a cursor; what is longer was not written here."""


def encode_cursor(*key: str) -> str:
    """The sort key of the last row as a token for the next page."""
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def decode_cursor(text: str, parts: int) -> list[str]:
    """The sort key: so many printable texts. Raises InvalidCursor for anything that `encode_cursor` did not write."""
    try:
        raw = base64.b64decode(text[:LONGEST] + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        key = orjson.loads(raw)
    except (binascii.Error, ValueError) as error:
        raise InvalidCursor from error
    if not isinstance(key, list) or len(key) != parts or not all(isinstance(one, str) for one in key):
        raise InvalidCursor
    if not all(one.isprintable() for one in key):
        raise InvalidCursor
    return key
