"""The words beside the codes: a status carries codes, the reader gets their texts in Chinese or English with them.

Which list a code belongs to follows from where it stands in the status (`FIELDS`). Nothing else of the document is
interpreted, so a newer registry may add to it freely, and a department's own lists are found by its name.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import orjson
from pydantic import JsonValue

from shared.codes.label import Language

_LINE = {"state": "status_line_state", "concept": "income_concept", "reason": "*_reason"}

FIELDS: Mapping[str, Mapping[str, str]] = {
    "": {
        "state": "household_state",
        "household_type": "household_type",
        "income": "status_line_state",
        "risk": "status_risk_level",
        "proposals": "status_proposal",
    },
    "place": {"village_class": "village_class"},
    "lifecycle": {
        "state": "household_state",
        "household_type": "household_type",
        "monitoring_category": "monitoring_category",
    },
    "causes": {"codes": "cause"},
    "items": {"sex": "sex", "relation": "relation"},
    "income": _LINE,
    "poverty_line": _LINE,
    "monitoring_line": _LINE,
    "local_average": _LINE,
    "guarantees": {"item": "guarantee_item", "state": "guarantee_state"},
    "reasons": {"code": "*_reason"},
    "benefits": {"batch": "batch", "programme": "*_benefit", "programmes": "*_benefit"},
    "categories": {"kind": "standing"},
    "signals": {"code": "*_signal", "severity": "severity", "remedy": "status_remedy"},
    "sides": {"says": "*_standing"},
    "risk": {"level": "status_risk_level"},
    "proposals": {"code": "status_proposal"},
}
"""Key of an object, or of a list of objects, in the status ("" is the status itself) → field → code list.

`*_reason` is the list of the department that speaks (`health_reason`), or else the first list of that ending with the
code in it.
"""

_MAPPING = "guarantees"
"""In the short form this is `{item: state}`; the texts then stand beside it, as `guarantees_text`."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Texts:
    """The labels of the code lists, ready for look-up, in both languages."""

    def __init__(self, document: JsonValue) -> None:
        """`document`: the content of docs/codes.json (see `shared.codes.code_lists_document`)."""
        self._labels: dict[str, dict[str, dict[Language, str]]] = {}
        self._by_ending: dict[str, list[str]] = defaultdict(list)
        for name, entry in code_lists(document).items():
            self._by_ending[name.rpartition("_")[2]].append(name)
            self._labels[name] = {
                code: {"zh": str(item.get("zh", code)), "en": str(item.get("en", code))}
                for item in _objects(entry.get("codes"))
                if isinstance(code := item.get("code"), str)
            }

    def find(
        self,
        list_name: str,
        code: str,
        *,
        language: Language,
        department: str = "",
        params: Mapping[str, JsonValue] | None = None,
    ) -> str | None:
        """The label with its `{placeholders}` filled from the parameters; None for a code in no list."""
        for name in self._candidates(list_name, department):
            labels = self._labels.get(name, {}).get(code)
            if labels is not None:
                return _filled(labels[language], params or {})
        return None

    def _candidates(self, list_name: str, department: str) -> Iterator[str]:
        if not list_name.startswith("*_"):
            yield list_name
            return
        ending = list_name[2:]
        yield f"{department}_{ending}"
        yield from self._by_ending.get(ending, ())


def code_lists(document: JsonValue) -> dict[str, dict[str, JsonValue]]:
    """The lists of docs/codes.json by name."""
    lists = document.get("lists") if isinstance(document, dict) else None
    return {name: entry for entry in _objects(lists) if isinstance(name := entry.get("name"), str)}


def render_status(body: bytes, texts: Texts, *, language: Language) -> bytes:
    """The status with texts beside its codes; a body that is not a JSON object is returned as it is.

    Beside `code` stands `text`, beside `codes` stands `texts`, beside any other field `x` stand `x_text` or `x_texts`.
    """
    try:
        document: JsonValue = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    if not isinstance(document, dict):
        return body
    _Rendering(texts, language).add(document, FIELDS[""])
    return orjson.dumps(document)


class _Rendering:
    """One walk through one status."""

    def __init__(self, texts: Texts, language: Language) -> None:
        self._texts = texts
        self._language: Language = language

    def add(self, node: dict[str, JsonValue], fields: Mapping[str, str]) -> None:
        """Adds the texts of these fields, then goes down."""
        for key, value in list(node.items()):
            below = FIELDS.get(key, {})
            if isinstance(value, dict):
                if key == _MAPPING:
                    node[f"{key}_text"] = self._mapping(value, below)
                else:
                    self.add(value, below)
            else:
                for entry in _objects(value):
                    self.add(entry, below)
        department, given = _department(node), node.get("params")
        params = given if isinstance(given, dict) else {}
        for field, list_name in fields.items():
            value = node.get(field)
            if isinstance(value, str):
                text = self._find(list_name, value, department, params)
                if text is not None:
                    node["text" if field == "code" else f"{field}_text"] = text
            elif isinstance(value, list) and value and all(isinstance(each, str) for each in value):
                found: list[JsonValue] = [
                    self._find(list_name, str(each), department, params) or str(each) for each in value
                ]
                node["texts" if field == "codes" else f"{field}_texts"] = found

    def _mapping(self, value: dict[str, JsonValue], fields: Mapping[str, str]) -> JsonValue:
        names, states = fields["item"], fields["state"]
        return {
            item: {
                "item": self._find(names, item, "", {}) or item,
                "state": self._find(states, str(state), "", {}) or str(state),
            }
            for item, state in value.items()
        }

    def _find(self, list_name: str, code: str, department: str, params: Mapping[str, JsonValue]) -> str | None:
        return self._texts.find(list_name, code, language=self._language, department=department, params=params)


def _department(node: dict[str, JsonValue]) -> str:
    """Who says it: the object itself names its department, or its source does."""
    source = node.get("source")
    named = node.get("department") or (source.get("department") if isinstance(source, dict) else None)
    return named if isinstance(named, str) else ""


def _objects(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _filled(text: str, params: Mapping[str, JsonValue]) -> str:
    if "{" not in text:
        return text

    def value(found: re.Match[str]) -> str:
        given = params.get(found[1])
        return str(given) if isinstance(given, str | int | float) else found[0]

    return _PLACEHOLDER.sub(value, text)
