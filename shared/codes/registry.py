"""The code lists known to this process: those shipped here, and those a service registers before its schemas are
built.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import orjson

from shared.codes.code_list import CodeList, InvalidCodeList, load_code_lists

DATA = Path(__file__).with_name("data")


class UnknownCodeList(LookupError):  # noqa: N818 - named as a state, like every refusal of this system
    """A list that nobody has registered: a fault of the program, not of its input."""


@cache
def _known() -> dict[str, CodeList]:
    return load_code_lists(DATA)


def register_code_lists(folder: Path) -> None:
    """Add a service's own lists (`services/<name>/codes/*.toml`); call it before the schemas that use them are built.

    The same list may be registered again; another list under a taken name raises `InvalidCodeList`.
    """
    known = _known()
    for name, code_list in load_code_lists(folder).items():
        if known.setdefault(name, code_list) != code_list:
            raise InvalidCodeList(f"code list {name} is already registered with other content")


def code_lists() -> Mapping[str, CodeList]:
    """All known lists by name, read-only."""
    return MappingProxyType(_known())


def code_list(name: str) -> CodeList:
    """The list of that name, or `UnknownCodeList`."""
    try:
        return _known()[name]
    except KeyError:
        raise UnknownCodeList(f"no code list {name!r}; a service's own lists need register_code_lists()") from None


def code_lists_document(lists: Iterable[CodeList] | None = None) -> bytes:
    """All lists as one JSON document, sorted by name: the answer of `GET /api/v1/codes` and the content of
    docs/codes.json.

    `{"lists": [{"name", "title": {"zh", "en"}, "source", "codes": [{"code", "zh", "en", "attributes"?}]}]}`.
    """
    chosen = sorted(_known().values() if lists is None else lists, key=lambda one: one.name)
    return orjson.dumps({"lists": [code_list_members(one) for one in chosen]})


def code_list_members(one: CodeList) -> dict[str, object]:
    """One list in the form of `code_lists_document`."""
    codes = [
        {"code": item.code, "zh": item.label.zh, "en": item.label.en}
        | ({"attributes": dict(item.attributes)} if item.attributes else {})
        for item in one.items
    ]
    return {
        "name": one.name,
        "title": {"zh": one.title.zh, "en": one.title.en},
        "source": one.source,
        "codes": codes,
    }
