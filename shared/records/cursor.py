"""Where a page ended: an opaque token of (moment, id)."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.service.problems import InvalidCursor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page in the order (moment, id)."""

    moment: datetime
    id: UUID

    def encode(self) -> str:
        microseconds = (self.moment - _EPOCH) // timedelta(microseconds=1)
        return base64.urlsafe_b64encode(microseconds.to_bytes(8, "big") + self.id.bytes).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Raises InvalidCursor for anything that `encode` did not write."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            if len(raw) != _LENGTH:
                raise InvalidCursor
            moment = _EPOCH + timedelta(microseconds=int.from_bytes(raw[:8], "big"))
        except (binascii.Error, ValueError, OverflowError) as error:
            raise InvalidCursor from error
        return cls(moment=moment, id=UUID(bytes=raw[8:]))
