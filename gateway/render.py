"""The words beside the codes: a status carries codes, the reader gets them with `text` in Chinese or English.

Which list a code belongs to follows from where it stands in the status. The shape of the document is not otherwise
interpreted, so a newer registry may add to it freely.
"""

import re
from collections.abc import Mapping
from typing import Literal

import orjson
from pydantic import JsonValue

Language = Literal["zh", "en"]

LISTS: Mapping[str, Mapping[str, str]] = {
    "reasons": {"code": "reason"},
    "signals": {"code": "signal", "severity": "severity"},
    "benefits": {"programme": "programme", "batch": "batch"},
    "guarantees": {"item": "guarantee_item", "state": "guarantee_state"},
    "lifecycle": {"state": "household_state"},
}
"""In the objects under this key, the code in that field belongs to that list."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Texts:
    """The labels of the code lists, ready for look-up: list → code → text, for both languages."""

    def __init__(self, document: JsonValue) -> None:
        self._labels: dict[tuple[str, str, str], str] = {}
        for name, entry in code_lists(document).items():
            for item in _objects(entry.get("codes")):
                for language in ("zh", "en"):
                    code, text = item.get("code"), item.get(language)
                    if isinstance(code, str) and isinstance(text, str):
                        self._labels[language, name, code] = text

    def find(self, list_name: str, code: str, *, language: Language, params: Mapping[str, JsonValue]) -> str | None:
        """The label with its `{placeholders}` filled from the parameters; None for an unknown code."""
        text = self._labels.get((language, list_name, code))
        if text is None or "{" not in text:
            return text
        return _PLACEHOLDER.sub(lambda found: _plain(params.get(found[1]), found[0]), text)


def code_lists(document: JsonValue) -> dict[str, dict[str, JsonValue]]:
    """The lists of `docs/codes.json` by name; its shape is told at `shared.codes.code_lists_document`."""
    lists = document.get("lists") if isinstance(document, dict) else None
    return {name: entry for entry in _objects(lists) if isinstance(name := entry.get("name"), str)}


def render_status(body: bytes, texts: Texts, *, language: Language) -> bytes:
    """The status with texts beside its codes; a body that is not a JSON object is returned as it is.

    The text of the field that names an object (`code`, `item`, `programme`) stands in `text`, that of another field
    `x` in `x_text`.
    """
    try:
        document: JsonValue = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    if not isinstance(document, dict):
        return body
    _render(document, texts, language)
    return orjson.dumps(document)


def _render(node: JsonValue, texts: Texts, language: Language) -> None:
    if isinstance(node, list):
        for child in node:
            _render(child, texts, language)
    elif isinstance(node, dict):
        for key, child in list(node.items()):
            fields = LISTS.get(key)
            if fields is not None:
                for entry in [child] if isinstance(child, dict) else _objects(child):
                    _add_texts(entry, fields, texts, language)
            _render(child, texts, language)


def _add_texts(entry: dict[str, JsonValue], fields: Mapping[str, str], texts: Texts, language: Language) -> None:
    given = entry.get("params")
    params = given if isinstance(given, dict) else {}
    for position, (field, list_name) in enumerate(fields.items()):
        code = entry.get(field)
        if isinstance(code, str):
            text = texts.find(list_name, code, language=language, params=params)
            if text is not None:
                entry["text" if position == 0 else f"{field}_text"] = text


def _objects(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _plain(value: JsonValue, default: str) -> str:
    return str(value) if isinstance(value, str | int | float) else default
