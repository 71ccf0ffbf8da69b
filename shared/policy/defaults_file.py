"""The parameters that are shipped: declarations and values in TOML files, each with its source."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from shared.codes import Label, code_lists
from shared.identity import InvalidIdentifier, parse_division
from shared.policy.models import Declaration, InvalidParameter, Setting, ValueType

NATIONAL = Path(__file__).with_name("defaults")
"""The parameters that several services use."""

_PARAMETER_MEMBERS = frozenset(Declaration.__dataclass_fields__) - {"key"} | {"values"}
_VALUE_MEMBERS = {"area", "year", "value", "concept", "source"}


class InvalidDefaults(ValueError):  # noqa: N818 - named as a state, like every refusal of this system
    """A defaults file with a fault: the fault lies in the shipped data."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """Declarations by key, and the shipped values."""

    declarations: Mapping[str, Declaration]
    settings: tuple[Setting, ...]

    def joined(self, other: "Defaults") -> "Defaults":
        """Both together; another declaration under a taken key raises `InvalidDefaults`."""
        for key, declaration in other.declarations.items():
            if self.declarations.get(key, declaration) != declaration:
                raise InvalidDefaults(f"{key} is declared twice")
        settings = dict.fromkeys((setting.key, setting.area, setting.year) for setting in self.settings)
        fresh = tuple(one for one in other.settings if (one.key, one.area, one.year) not in settings)
        return Defaults({**self.declarations, **other.declarations}, (*self.settings, *fresh))


def load_defaults(first: Path, *more: Path) -> Defaults:
    """Everything in the folders' TOML files.

    A file holds one table for each parameter, its name the key: `["income.poverty_line"]` with `type`, `unit`,
    `label = {zh, en}`, `source`, and optionally `minimum`, `maximum`, `choices`, `concepts`, `begins`; `values` is an
    array of `{area, year, value, concept?, source?}`. `codes` whose unit is the name of a code list take its codes.
    Raises `InvalidDefaults` naming file, key and fault.
    """
    loaded = Defaults({}, ())
    for folder in (first, *more):
        for path in sorted(folder.glob("*.toml")):
            if path.name != "messages.toml":
                loaded = loaded.joined(_load_file(path))
    return loaded


def _load_file(path: Path) -> Defaults:
    document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    declarations: dict[str, Declaration] = {}
    settings: list[Setting] = []
    for key, entry in document.items():
        try:
            declaration = _declaration(key, entry)
            declarations[key] = declaration
            settings.extend(_setting(declaration, value) for value in entry.get("values", ()))
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidDefaults(f"{path.name}: {key}: {error!r}") from error
    _refuse_twins(path, settings)
    return Defaults(declarations, tuple(settings))


def _declaration(key: str, entry: Mapping[str, object]) -> Declaration:
    if extra := entry.keys() - _PARAMETER_MEMBERS:
        raise ValueError(f"unknown members {sorted(extra)}")
    match entry["label"]:
        case {"zh": str(zh), "en": str(en)}:
            label = Label(zh=zh, en=en)
        case _:
            raise ValueError("needs a label in zh and en")
    return Declaration(
        key=key,
        type=ValueType(str(entry["type"])),
        unit=str(entry["unit"]),
        label=label,
        source=str(entry["source"]),
        minimum=_bound(entry, "minimum"),
        maximum=_bound(entry, "maximum"),
        choices=_texts(entry, "choices") or _codes_of(entry),
        concepts=_texts(entry, "concepts"),
        begins=_flag(entry, "begins"),
    )


def _setting(declaration: Declaration, entry: Mapping[str, object]) -> Setting:
    if extra := entry.keys() - _VALUE_MEMBERS:
        raise ValueError(f"unknown members of a value {sorted(extra)}")
    concept = entry.get("concept")
    year = entry["year"]
    if not isinstance(year, int):
        raise TypeError("a year is a whole number")
    try:
        declaration.check_concept(None if concept is None else str(concept))
        return Setting(
            key=declaration.key,
            area=parse_division(str(entry["area"])),
            year=year,
            value=declaration.parse(entry["value"]),
            concept=None if concept is None else str(concept),
            source=str(entry.get("source", declaration.source)),
        )
    except (InvalidParameter, InvalidIdentifier) as error:
        raise ValueError(f"value of {year}: {error.code}") from error


def _refuse_twins(path: Path, settings: Iterable[Setting]) -> None:
    seen: set[tuple[str, str, int]] = set()
    for setting in settings:
        place = (setting.key, setting.area, setting.year)
        if place in seen:
            raise InvalidDefaults(f"{path.name}: {setting.key}: two values for {setting.area} in {setting.year}")
        seen.add(place)


def _codes_of(entry: Mapping[str, object]) -> tuple[str, ...]:
    """The codes of the list that the unit of `codes` names, if it names one: others would be set and do nothing."""
    if entry["type"] != ValueType.CODES.value or entry["unit"] not in code_lists():
        return ()
    return code_lists()[str(entry["unit"])].codes


def _bound(entry: Mapping[str, object], name: str) -> Decimal | None:
    return Decimal(str(entry[name])) if name in entry else None


def _flag(entry: Mapping[str, object], name: str) -> bool:
    flag = entry.get(name, False)
    if not isinstance(flag, bool):
        raise TypeError(f"{name} is true or false")
    return flag


def _texts(entry: Mapping[str, object], name: str) -> tuple[str, ...]:
    texts = entry.get(name, ())
    if not isinstance(texts, list | tuple):
        raise TypeError(f"{name} is a list")
    return tuple(str(text) for text in texts)
