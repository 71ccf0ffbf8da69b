"""Which request paths are taken at all.

A path that two readers could understand differently (`//`, `..`, an encoded slash) is refused: the gateway and the
service behind it must always mean the same resource.
"""

import re
from urllib.parse import unquote_to_bytes

_PLAIN = re.compile(rb"(?:/[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9_~!$&'()*+,;=:@.-]*)+/?")
_SEGMENTS = re.compile(rb"(?:/(?:[A-Za-z0-9_~!$&'()*+,;=:@.-]|%[0-9A-Fa-f]{2})*)+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")


def is_plain_path(raw_path: bytes) -> bool:
    """Whether the path, as it came over the wire, has exactly one meaning.

    False for empty segments, `.` and `..` (encoded or not), encoded slashes, backslashes, control characters, bytes
    that are no UTF-8 and characters that a URL cannot hold.
    """
    if _PLAIN.fullmatch(raw_path) or raw_path == b"/":
        return True
    if not _SEGMENTS.fullmatch(raw_path):
        return False
    segments = raw_path.split(b"/")[1:]
    if segments and segments[-1] == b"":
        segments.pop()
    return all(_is_plain_segment(segment) for segment in segments)


def _is_plain_segment(segment: bytes) -> bool:
    try:
        text = unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        return False
    return text not in {"", ".", ".."} and "/" not in text and not _CONTROL.search(text)
