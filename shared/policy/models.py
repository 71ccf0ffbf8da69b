"""Policy parameters: what is declared of each, and its values by area and year."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from shared.codes import Label
from shared.identity import InvalidQuantity, parse_money, parse_ratio

EARLIEST_YEAR = 1949
LATEST_YEAR = 2100

Value = Decimal | str | bool | tuple[str, ...] | tuple[int, int] | Mapping[str, Decimal]
"""A parsed value: number, text, flag, codes, (month, day), or a table of numbers by code."""

RawValue = str | int | bool | list[str] | dict[str, str | int]
"""A value as TOML or JSON hold it; decimals are texts."""

COUNTED = frozenset(
    {
        "days",
        "working_days",
        "months",
        "months_per_year",
        "years",
        "years_of_age",
        "persons",
        "villages",
        "items",
        "times",
        "count",
    }
)
"""Units of which there are no halves: a term of 7.5 days would be cut to 7 somewhere."""


class ValueType(StrEnum):
    NUMBER = "number"
    RATIO = "ratio"
    TEXT = "text"
    CODES = "codes"
    FLAG = "flag"
    DAY = "day"
    TABLE = "table"


class UnknownParameter(LookupError):  # noqa: N818 - named as a state, like every refusal of this system
    """No parameter of that key, or none that holds at that place in that year: nothing is guessed."""

    def __init__(self, key: str, *, area: str | None = None, year: int | None = None) -> None:
        where = f" at {area} in {year}" if area is not None else ""
        super().__init__(f"no policy parameter {key!r}{where}")
        self.key = key
        self.area = area
        self.year = year


class InvalidParameter(ValueError):  # noqa: N818 - named as a state, like every refusal of this system
    """A value that does not fit the parameter's declaration; `code` is stable, texts in `messages.toml`."""

    def __init__(self, key: str, code: str, **params: str) -> None:
        super().__init__(f"{key}: {code}")
        self.key = key
        self.code = code
        self.params: Mapping[str, str] = {"key": key, **params}


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a parameter is: its type, unit (such as `yuan_per_person_year`, `days`, `percent`), name, bounds and
    concepts.

    `concepts` is empty, or names the concepts of which a value must state one (`net`, `disposable`; A.4 items 1 and 2).
    `begins`: nothing holds before its first value, as of a line of its year or of a measure that began then. Of any
    other parameter the nation's earliest value holds before its year too.
    """

    key: str
    type: ValueType
    unit: str
    label: Label
    source: str
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    begins: bool = False

    def parse(self, raw: object) -> Value:
        """The value, or `InvalidParameter`: `parameter_type`, `parameter_too_small`, `parameter_too_large`,
        `parameter_whole`, `parameter_choice`, `parameter_empty`.
        """
        match self.type:
            case ValueType.NUMBER | ValueType.RATIO:
                return self._number(raw)
            case ValueType.FLAG:
                if isinstance(raw, bool):
                    return raw
            case ValueType.TEXT:
                if isinstance(raw, str):
                    return self._choice(raw)
            case ValueType.CODES:
                if isinstance(raw, list | tuple) and all(isinstance(code, str) for code in raw):
                    return tuple(self._choice(str(code)) for code in dict.fromkeys(raw))
            case ValueType.DAY:
                if isinstance(raw, str) and (day := _month_day(raw)):
                    return day
            case ValueType.TABLE:
                if isinstance(raw, Mapping) and raw:
                    return {self._choice(str(code)): self._number(number) for code, number in raw.items()}
        raise InvalidParameter(self.key, "parameter_type", type=self.type.value)

    def check_concept(self, concept: str | None) -> None:
        """Raise `InvalidParameter` (`parameter_concept`, `parameter_without_concept`) unless the concept is one that
        this parameter needs."""
        if self.concepts and concept not in self.concepts:
            raise InvalidParameter(self.key, "parameter_concept", concepts=", ".join(self.concepts))
        if concept and not self.concepts:
            raise InvalidParameter(self.key, "parameter_without_concept")

    def _number(self, raw: object) -> Decimal:
        try:
            number = parse_ratio(raw) if self.type is ValueType.RATIO else parse_money(raw)
        except InvalidQuantity:
            raise InvalidParameter(self.key, "parameter_type", type=self.type.value) from None
        if self.minimum is not None and number < self.minimum:
            raise InvalidParameter(self.key, "parameter_too_small", minimum=str(self.minimum))
        if self.maximum is not None and number > self.maximum:
            raise InvalidParameter(self.key, "parameter_too_large", maximum=str(self.maximum))
        if self.unit in COUNTED and number != number.to_integral_value():
            raise InvalidParameter(self.key, "parameter_whole", unit=self.unit)
        return _shortest(number)

    def _choice(self, text: str) -> str:
        if not text.strip() or not text.isprintable() or len(text) > 200:
            raise InvalidParameter(self.key, "parameter_empty")
        if self.choices and text not in self.choices:
            raise InvalidParameter(self.key, "parameter_choice", choices=", ".join(self.choices))
        return text


@dataclass(frozen=True, slots=True)
class Setting:
    """One value in force from `year` on at `area` (12 digits) and below, until a later or a nearer one."""

    key: str
    area: str
    year: int
    value: Value
    concept: str | None
    source: str
    overridden: bool = False


class PolicyOverride(BaseModel):
    """A value that a place has set, as it crosses between services."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    area: str
    year: int
    value: bool | int | str | list[str] | dict[str, str | int]
    concept: str | None = None
    source: str = ""


class PolicySnapshot(BaseModel):
    """All overrides in force: the data of a `yihu.policy.overrides.v1` event. The highest version counts."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int
    overrides: tuple[PolicyOverride, ...] = ()


def value_text(value: Value) -> str:
    """A value in one line, as answers quote it."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case str():
            return value
        case (int() as month, int() as day):
            return f"{month:02d}-{day:02d}"
        case tuple():
            return ",".join(str(code) for code in value)
        case _:
            return ",".join(f"{code}={number:f}" for code, number in value.items())


def value_document(value: Value) -> RawValue:
    """A value as JSON holds it; `Declaration.parse` reads it back."""
    match value:
        case bool():
            return value
        case (int(), int()):
            return value_text(value)
        case tuple():
            return [str(code) for code in value]
        case Mapping():
            return {code: format(number, "f") for code, number in value.items()}
        case _:
            return value_text(value)


def _shortest(number: Decimal) -> Decimal:
    """Without idle zeros, in plain notation: 3247.00 is 3247."""
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()


def _month_day(text: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"([0-9]{2})-([0-9]{2})", text, re.ASCII)
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    # 29 February is no day of every year, so no day of a policy.
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return (month, day) if 1 <= month <= 12 and 1 <= day <= lengths[month - 1] else None
