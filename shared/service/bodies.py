"""JSON in and out: strict reading of bodies, ready bytes as answers."""

import json
import re
from collections.abc import Mapping, Sequence
from math import isfinite

import orjson
from pydantic import BaseModel
from pydantic.types import JsonValue
from starlette.responses import Response

from shared.service.problems import FieldError, MalformedJson, TooManyRows, Unprocessable
from shared.service.validation import pointer

JSON = "application/json"
MAX_DEPTH = 32
MAX_MEMBERS = 256
"""Of one object. No schema has as many; a thousand rows of made-up names would keep a process busy for seconds."""

_Path = tuple[int | str, ...]
_CONTAINERS = frozenset({list, dict})
# NUL, and either half of a surrogate pair.
_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_SMALL = 4096


def json_response(
    content: BaseModel | bytes | Mapping[str, object] | list[object],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer of ready JSON bytes, a model, or plain data; nothing is validated a second time."""
    match content:
        case bytes():
            body = content
        case BaseModel():
            body = content.model_dump_json().encode()
        case _:
            body = orjson.dumps(content, default=str)
    return Response(body, status_code=status, headers=headers, media_type=JSON)


def parse_json_body(body: bytes, *, max_depth: int = MAX_DEPTH) -> JsonValue:
    """The JSON value of a body.

    Raises `MalformedJson` (400) for what is no JSON in UTF-8, and `Unprocessable` (422) naming the place where a text
    holds NUL or a lone surrogate, a number is not finite, or the nesting is too deep.
    """
    text = _text(body)
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError) as error:
        # ValueError also stands for integers of more digits than Python converts.
        raise MalformedJson from error
    check_json(value, body, max_depth=max_depth)
    return value


def check_json(value: object, body: bytes, *, max_depth: int = MAX_DEPTH) -> None:
    """Refuse an already parsed body that holds what cannot be stored; raises as `parse_json_body` does."""
    _text(body)
    # Walking a large batch costs more than parsing it, and little but these bytes can hide there; what is left,
    # a number beyond the largest float, is refused by every schema.
    suspect = len(body) <= _SMALL or _ESCAPE.search(body) is not None or b"NaN" in body or b"Infinity" in body
    if not suspect and not _is_monstrous(value, max_depth):
        return
    faults = _faults(value, max_depth)
    if faults:
        raise Unprocessable(errors=faults)


def check_row_count(rows: Sequence[object], *, limit: int) -> None:
    """A batch has one row at least and `limit` at most. Raises Unprocessable, TooManyRows."""
    if not rows:
        raise Unprocessable(errors=[FieldError("/rows", "batch_empty")])
    if len(rows) > limit:
        fault = FieldError("/rows", "batch_too_long", {"limit": limit, "rows": len(rows)})
        raise TooManyRows(params={"limit": limit}, errors=[fault])


def sound_rows(rows: Sequence[object], body: bytes) -> list[object]:
    """The rows of a parsed batch, a Problem in place of each that cannot be stored; `body` is what they came in."""
    try:
        check_json(rows, body)
    except Unprocessable:
        return [_sound(row) for row in rows]
    return list(rows)


def _sound(row: object) -> object:
    faults = _faults(row, MAX_DEPTH)
    return Unprocessable(errors=faults) if faults else row


def _text(body: bytes) -> str:
    if b"\0" in body:
        raise MalformedJson
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedJson from error


def _is_monstrous(root: object, max_depth: int) -> bool:
    """Whether it is nested too deep or an object has too many members; looks at containers alone."""
    level = [root] if isinstance(root, list | dict) else []
    for _ in range(max_depth):
        if not level:
            return False
        if any(type(container) is dict and len(container) > MAX_MEMBERS for container in level):
            return True
        level = [
            item
            for container in level
            for item in (container.values() if isinstance(container, dict) else container)
            if type(item) in _CONTAINERS
        ]
    return bool(level)


def _faults(root: object, max_depth: int) -> list[FieldError]:
    faults: list[FieldError] = []
    waiting: list[tuple[object, _Path]] = [(root, ())]
    while waiting and len(faults) < 20:
        value, path = waiting.pop()
        match value:
            case str():
                code = _text_fault(value)
            case float():
                code = None if isfinite(value) else "not_finite"
            case list() | dict() if len(path) >= max_depth:
                code = "too_deep"
            case dict() if len(value) > MAX_MEMBERS:
                code = "too_many_members"
            case list():
                waiting.extend((item, (*path, index)) for index, item in enumerate(value))
                continue
            case dict():
                for name, item in value.items():
                    name_fault = _text_fault(name)
                    if name_fault is not None:
                        faults.append(FieldError(pointer=pointer((*path, name)), code=name_fault))
                    waiting.append((item, (*path, name)))
                continue
            case _:
                continue
        if code is not None:
            faults.append(FieldError(pointer=pointer(path), code=code))
    return faults


def _text_fault(text: str) -> str | None:
    if "\0" in text:
        return "nul_character"
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        return "lone_surrogate"
    return None
