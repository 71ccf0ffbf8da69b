"""Log lines as JSON, one object a line, without personal data.

An exception is logged by its kind, its SQLSTATE and the places it passed through: its message may quote what was sent.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

import orjson

from shared.identity import blank
from shared.service.context import current_request

_HEAD, _TAIL = 500, 1500
"""How much of a long message stays: most of all its end, where a traceback names its cause."""
_MAX_FRAMES = 12


class JsonLines(logging.Formatter):
    """Keys: time, level, service, logger, message, and where they are known request_id and exceptions."""

    def __init__(self, *, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self.service,
            "logger": record.name,
            "message": _shortened(blank(_message(record))),
        }
        request_id = current_request().request_id
        if request_id:
            line["request_id"] = request_id
        if record.exc_info and record.exc_info[1] is not None:
            line["exceptions"] = list(_chain(record.exc_info[1]))
        return orjson.dumps(line, default=str).decode()


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage().encode("utf-8", "replace").decode()
    except (TypeError, ValueError):
        return str(record.msg)


def _shortened(message: str) -> str:
    left_out = len(message) - _HEAD - _TAIL
    return message if left_out <= 0 else f"{message[:_HEAD]} [{left_out} characters] {message[-_TAIL:]}"


def _chain(error: BaseException) -> Iterator[dict[str, object]]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)[-_MAX_FRAMES:]
        entry: dict[str, object] = {
            "type": f"{type(current).__module__}.{type(current).__qualname__}",
            "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        sqlstate = getattr(current, "sqlstate", None)
        if isinstance(sqlstate, str):
            entry["sqlstate"] = sqlstate
        yield entry
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def configure_logging(*, service: str, level: str) -> None:
    """Send everything that is logged in this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(service=service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Access lines would carry identifiers in paths; httpx logs every URL that it fetches.
    for name in ("uvicorn.access", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
