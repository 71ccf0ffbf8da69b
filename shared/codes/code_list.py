"""Code lists: what a code means, in Chinese and English, with the standard it comes from."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from shared.codes.label import Label

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]*", re.ASCII)


class InvalidCodeList(ValueError):  # noqa: N818 - named as a state, like every refusal of this system
    """A data file that is no code list: the fault lies in the shipped data."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `attributes` hold what else the source says of it, such as the number it had in older lists."""

    code: str
    label: Label
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CodeList:
    """A closed list of codes under a stable name; the order is the source's."""

    name: str
    title: Label
    items: tuple[Code, ...]
    source: str

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(item.code for item in self.items)

    @cached_property
    def _by_code(self) -> dict[str, Code]:
        return {item.code: item for item in self.items}

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Code:
        return self._by_code[code]

    def label(self, code: str) -> Label:
        """The label of a code; a code the list does not know is shown as itself."""
        found = self._by_code.get(code)
        return found.label if found else Label(zh=code, en=code)


def load_code_lists(folder: Path) -> dict[str, CodeList]:
    """All lists of a folder by name: one TOML file for each, named as the list.

    A file holds `title = {zh, en}`, `source`, and `[codes]` with `code = {zh, en, ...attributes}`. Raises
    `InvalidCodeList` naming the file and the fault.
    """
    lists = (load_code_list(path) for path in sorted(folder.glob("*.toml")))
    return {code_list.name: code_list for code_list in lists}


def load_code_list(path: Path) -> CodeList:
    """The list of one TOML file; see `load_code_lists`."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    if extra := document.keys() - {"title", "source", "codes"}:
        raise InvalidCodeList(f"{path.name}: unknown members {sorted(extra)}")
    codes = document.get("codes")
    source = document.get("source")
    if not isinstance(codes, dict) or not codes or not isinstance(source, str) or not source:
        raise InvalidCodeList(f"{path.name}: needs a source and a table of codes")
    items = tuple(_code(path, str(code), entry) for code, entry in codes.items())
    return CodeList(name=path.stem, title=_label(path, document.get("title")), items=items, source=source)


def _code(path: Path, code: str, entry: object) -> Code:
    if _CODE.fullmatch(code) is None:
        raise InvalidCodeList(f"{path.name}: {code!r} is no code")
    if not isinstance(entry, dict):
        raise InvalidCodeList(f"{path.name}: {code} needs labels")
    attributes = {str(key): str(value) for key, value in entry.items() if key not in ("zh", "en")}
    return Code(code=code, label=_label(path, entry), attributes=attributes)


def _label(path: Path, entry: object) -> Label:
    match entry:
        case {"zh": str(zh), "en": str(en)} if zh.strip() and en.strip():
            return Label(zh=zh, en=en)
    raise InvalidCodeList(f"{path.name}: every title and code needs zh and en")
