"""Administrative divisions in 12 digits (GB/T 2260 and GB/T 10114): 2 province, 2 city, 2 county, 3 township, 3
village.
"""

import re
from enum import StrEnum

from shared.identity.errors import InvalidDivision

NATION = "000000000000"
DIVISION_LENGTH = 12

_SHAPE = re.compile(r"[0-9]{12}", re.ASCII)
_CUTS = (2, 4, 6, 9, 12)


class Level(StrEnum):
    """How deep a division lies. The nation is the whole, written as twelve zeros."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


_LEVELS = {
    0: Level.NATION,
    2: Level.PROVINCE,
    4: Level.CITY,
    6: Level.COUNTY,
    9: Level.TOWNSHIP,
    12: Level.VILLAGE,
}


def parse_division(text: str) -> str:
    """The code as 12 ASCII digits without a gap, or `InvalidDivision` (`division_digits`, `division_gap`).

    A gap is a level of zeros above one that is set (`420000010000`): such a code names no place, and as a prefix it
    would silently mean another one.
    """
    code = text.strip()
    if _SHAPE.fullmatch(code) is None:
        raise InvalidDivision("division_digits")
    prefix = division_prefix(code)
    starts = (0, *_CUTS)
    for start, end in zip(starts, _CUTS, strict=False):
        if end <= len(prefix) and not code[start:end].strip("0"):
            raise InvalidDivision("division_gap")
    return code


def division_prefix(code: str) -> str:
    """The digits that every division inside begins with: `""` for the nation, else 2, 4, 6, 9 or 12 digits."""
    for cut in (0, *_CUTS):
        if not code[cut:].strip("0"):
            return code[:cut]
    return code


def division_level(code: str) -> Level:
    """The level of a 12-digit code, by its trailing zeros."""
    return _LEVELS[len(division_prefix(code))]


def division_chain(code: str) -> tuple[str, ...]:
    """The division and all above it, nearest first, the nation last."""
    prefix = division_prefix(code)
    cuts = [cut for cut in _CUTS if cut <= len(prefix)]
    return (*(code[:cut].ljust(DIVISION_LENGTH, "0") for cut in reversed(cuts)), NATION)


def division_covers(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or lies inside it."""
    return inner.startswith(division_prefix(outer))
