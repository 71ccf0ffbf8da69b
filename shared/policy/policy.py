"""The policy in force: which value of a parameter holds at a place in a year."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from shared.identity import NATION, InvalidIdentifier, division_chain, parse_division
from shared.policy.defaults_file import Defaults
from shared.policy.models import (
    Declaration,
    InvalidParameter,
    PolicySnapshot,
    Setting,
    UnknownParameter,
    Value,
    ValueType,
    value_text,
)

if TYPE_CHECKING:
    from shared.facts.models import UsedParameter

Kind = TypeVar("Kind")

_REMEMBERED = 20_000
"""Places and years (and sets of parameters) whose answers are kept ready."""

_ByArea = dict[str, tuple[list[int], list[Setting]]]


class Policy:
    """All parameters with their values, unchanging.

    Lookup: the nearest area that has a value up to the asked year (village, township, county, city, province,
    nation), and in it the latest such year. Where none has one yet, the nation's earliest value, unless the parameter
    `begins` with it: the setting then names a later year than was asked for. An override replaces the shipped value of
    the same area and year.
    """

    def __init__(self, defaults: Defaults, snapshot: PolicySnapshot | None = None) -> None:
        self.declarations: Mapping[str, Declaration] = defaults.declarations
        self.version = snapshot.version if snapshot else 0
        merged = {(one.key, one.area, one.year): one for one in defaults.settings}
        merged.update(((one.key, one.area, one.year), one) for one in _settings(defaults, snapshot))
        self.settings: tuple[Setting, ...] = tuple(merged[place] for place in sorted(merged))
        self._values = _index(self.settings)
        self._found: dict[tuple[str, int], dict[str, Setting | None]] = {}
        self._named: dict[frozenset[int], tuple[UsedParameter, ...]] = {}

    def at(self, *, area: str, year: int, earliest: bool = True) -> "PolicyView":
        """The policy as it holds at a division (12 digits) in a year; raises `InvalidDivision`.

        With `earliest=False` nothing stands in for the years before a first value: a rate of a year is not judged by
        what came later.
        """
        return PolicyView(self, areas=_areas_of(area), year=year, earliest=earliest)

    def find(self, key: str, *, areas: tuple[str, ...], year: int) -> Setting | None:
        """The setting in force for areas given nearest first, or None."""
        found = self._found.get((areas[0], year))
        if found is None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            found = self._found[areas[0], year] = {}
        if key not in found:
            found[key] = self._search(key, areas=areas, year=year)
        return found[key]

    def named(self, settings: Iterable[Setting]) -> "tuple[UsedParameter, ...]":
        """These settings of this policy, in order of key, as a result names those it rests on."""
        from shared.facts.models import UsedParameter  # here, because the facts' own package stands on this one

        held = list(settings)
        which = frozenset(map(id, held))  # they live as long as this policy
        if which not in self._named:
            if len(self._named) >= _REMEMBERED:
                self._named.clear()
            self._named[which] = tuple(
                UsedParameter(
                    key=one.key, area=one.area, year=one.year, value=value_text(one.value), concept=one.concept
                )
                for one in sorted(held, key=lambda one: one.key)
            )
        return self._named[which]

    def _search(self, key: str, *, areas: tuple[str, ...], year: int) -> Setting | None:
        by_area = self._values.get(key)
        if by_area is None:
            return None
        for area in areas:
            if held := by_area.get(area):
                years, settings = held
                if position := bisect_right(years, year):
                    return settings[position - 1]
        if NATION not in by_area or self.declarations[key].begins:
            return None
        return by_area[NATION][1][0]


class PolicyView:
    """The policy at one place in one year; it remembers what it was asked, so that an answer can name what it rests on.

    Every getter raises `UnknownParameter` when the key is unknown or nothing holds in the year, and `TypeError`
    when the parameter is of another type (a fault of the program).
    """

    def __init__(self, policy: Policy, *, areas: tuple[str, ...], year: int, earliest: bool) -> None:
        self._policy = policy
        self._areas = areas
        self._earliest = earliest
        self.year = year
        self._used: dict[str, Setting] = {}

    @property
    def area(self) -> str:
        return self._areas[0]

    def in_year(self, year: int) -> "PolicyView":
        """The policy at the same place in another year; what is asked of it leaves no trace in this view's `used`."""
        return PolicyView(self._policy, areas=self._areas, year=year, earliest=self._earliest)

    def has(self, key: str) -> bool:
        """Whether a value is known; asking leaves no trace in `used`."""
        return self._find(key) is not None

    def setting(self, key: str) -> Setting:
        """The value with the place and year it was found at, its concept and its source."""
        found = self._find(key)
        if found is None:
            raise UnknownParameter(key, area=self.area, year=self.year)
        self._used[key] = found
        return found

    def _find(self, key: str) -> Setting | None:
        found = self._policy.find(key, areas=self._areas, year=self.year)
        return found if found is None or self._earliest or found.year <= self.year else None

    def number(self, key: str) -> Decimal:
        """A number or a ratio, in the unit of its declaration."""
        return self._typed(key, Decimal)

    def whole(self, key: str) -> int:
        """A number that is counted in whole units: days, months, times."""
        return int(self.number(key))

    def text(self, key: str) -> str:
        return self._typed(key, str)

    def flag(self, key: str) -> bool:
        return self._typed(key, bool)

    def codes(self, key: str) -> tuple[str, ...]:
        """A list of codes, in the order of the source; it may be empty."""
        return tuple(str(code) for code in self._of_type(key, ValueType.CODES, tuple))

    def day(self, key: str) -> tuple[int, int]:
        """A day of every year, as (month, day)."""
        month, day = self._of_type(key, ValueType.DAY, tuple)
        return int(month), int(day)

    def table(self, key: str) -> Mapping[str, Decimal]:
        """Numbers by code, such as an amount by school stage."""
        return self._typed(key, dict)

    def concept(self, key: str) -> str | None:
        """Which concept of income a line is of: `net` or `disposable` (A.4 item 1)."""
        return self.setting(key).concept

    @property
    def used(self) -> "tuple[UsedParameter, ...]":
        """What was asked of this view, in order of key: the same questions give the same tuple."""
        return self._policy.named(self._used.values())

    def _typed(self, key: str, kind: type[Kind]) -> Kind:
        value: Value = self.setting(key).value
        if not isinstance(value, kind):
            raise TypeError(f"{key} is a {self._policy.declarations[key].type}")
        return value

    def _of_type(self, key: str, declared: ValueType, kind: type[Kind]) -> Kind:
        value = self._typed(key, kind)
        if self._policy.declarations[key].type is not declared:
            raise TypeError(f"{key} is a {self._policy.declarations[key].type}")
        return value


@lru_cache(maxsize=_REMEMBERED)
def _areas_of(area: str) -> tuple[str, ...]:
    return division_chain(parse_division(area))


def _settings(defaults: Defaults, snapshot: PolicySnapshot | None) -> Iterable[Setting]:
    """The overrides that this service knows the parameter of; those of other departments are none of its business."""
    for override in snapshot.overrides if snapshot else ():
        declaration = defaults.declarations.get(override.key)
        if declaration is None:
            continue
        try:
            yield Setting(
                key=override.key,
                area=parse_division(override.area),
                year=override.year,
                value=declaration.parse(override.value),
                concept=override.concept,
                source=override.source,
                overridden=True,
            )
        except (InvalidParameter, InvalidIdentifier):
            # The registry checked it against its own declaration; an older declaration here keeps the value it knows.
            continue


def _index(settings: Iterable[Setting]) -> dict[str, _ByArea]:
    """By key and area, in order of year; `settings` come sorted by (key, area, year)."""
    index: dict[str, _ByArea] = {}
    for one in settings:
        years, held = index.setdefault(one.key, {}).setdefault(one.area, ([], []))
        years.append(one.year)
        held.append(one)
    return index
