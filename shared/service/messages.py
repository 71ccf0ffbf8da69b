"""The texts of problems and faults, in Chinese and English, from TOML catalogues keyed by code."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.codes.label import Label, Language

KERNEL = Path(__file__).resolve().parent.parent
GENERIC_FAULT = "invalid_value"

_EMPTY = Label(zh="", en="")
_PLACE = re.compile(r"\{\{|\}\}|\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """What is said of one code. `title` is empty for codes that only fields have."""

    title: Label
    detail: Label
    remedy: Label


class Catalogue:
    """Texts by code; codes of the kernel are there from the start, a service adds its own."""

    def __init__(self) -> None:
        self._texts: dict[str, Text] = {}
        self._read: set[Path] = set()

    def read(self, path: Path) -> None:
        """Add a catalogue file, once; raises ValueError naming file and code where a text is missing."""
        resolved = path.resolve()
        if resolved in self._read:
            return
        for code, entry in tomllib.loads(resolved.read_text(encoding="utf-8")).items():
            text = Text(
                title=_label(entry.get("title"), resolved, code),
                detail=_label(entry.get("detail"), resolved, code),
                remedy=_label(entry.get("remedy"), resolved, code),
            )
            for name in (code, *entry.get("also", ())):
                self._texts[name] = text
        self._read.add(resolved)

    def find(self, code: str) -> Text | None:
        return self._texts.get(code)

    def codes(self) -> frozenset[str]:
        return frozenset(self._texts)


@cache
def catalogue() -> Catalogue:
    """The process's catalogue: each `messages.toml` of the kernel, and what services have added."""
    texts = Catalogue()
    for path in sorted(KERNEL.glob("*/messages.toml")):
        texts.read(path)
    return texts


def fill(label: Label, params: Mapping[str, object], language: Language) -> str:
    """The text with `{name}` replaced by parameters; one that is not given leaves a gap, never an error."""
    text = label.zh if language == "zh" else label.en
    if "{" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            return match.group(0)[0]
        return spoken(params.get(name, ""), language)

    return _PLACE.sub(value, text).strip()


def spoken(value: object, language: Language) -> str:
    """A parameter as it stands in a sentence: labels in the reader's language, lists with commas."""
    if isinstance(value, Label):
        return value.text(language)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return ("、" if language == "zh" else ", ").join(spoken(item, language) for item in value)
    return str(value)


def _label(entry: object, path: Path, code: str) -> Label:
    match entry:
        case None:
            return _EMPTY
        case {"zh": str(zh), "en": str(en)} if zh and en:
            return Label(zh=zh, en=en)
        case _:
            raise ValueError(f"{path}: {code}: a text needs zh and en")
