"""Where a page of a missing list ended: an opaque token of (division, subject)."""

import base64
import binascii
from dataclasses import dataclass

import orjson

from shared.service.problems import InvalidCursor

_LONGEST = 600


@dataclass(frozen=True, slots=True)
class MissingCursor:
    """The last row of a page."""

    division: str
    subject: str

    def encode(self) -> str:
        return base64.urlsafe_b64encode(orjson.dumps([self.division, self.subject])).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "MissingCursor":
        """Raises InvalidCursor for anything that `encode` did not write."""
        try:
            raw = base64.b64decode(text[:_LONGEST] + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            parts = orjson.loads(raw)
        except (binascii.Error, ValueError) as error:
            raise InvalidCursor from error
        match parts:
            case [str(division), str(subject)] if division.isdigit() and subject.isprintable():
                return cls(division, subject)
        raise InvalidCursor
