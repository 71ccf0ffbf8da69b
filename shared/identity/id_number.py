"""The citizen identity number of GB 11643-1999: 6 area + 8 birth + 3 sequence + 1 check character."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from shared.identity.errors import InvalidIdNumber

if TYPE_CHECKING:
    from shared.roster.models import Sex

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
OLDEST_BIRTH_YEAR = 1900

_SHAPE = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """What an ID number says of its holder. `area` is the place of first registration, not of residence."""

    text: str
    area: str
    birth_date: date

    @property
    def sex(self) -> "Sex":
        """By the 17th digit: odd is male."""
        from shared.roster.models import Sex  # here, because the roster's own package stands on this one

        return Sex.MALE if int(self.text[16]) % 2 else Sex.FEMALE

    def __repr__(self) -> str:
        return f"IdNumber({self.text[:6]}********{self.text[-4:]})"


def check_digit(first17: str) -> str:
    """The 18th character for the first 17 digits (ISO 7064 MOD 11-2 as written in GB 11643).

    Raises `InvalidIdNumber` (`id_number_length`, `id_number_digits`) unless given exactly 17 ASCII digits.
    """
    if len(first17) != 17:
        raise InvalidIdNumber("id_number_length", length=len(first17))
    if not (first17.isascii() and first17.isdigit()):
        raise InvalidIdNumber("id_number_digits")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return CHECK_CHARACTERS[total % 11]


def parse_id_number(text: str, *, today: date | None = None) -> IdNumber:
    """Read an ID number, or raise `InvalidIdNumber` with a stable code.

    Blanks around it are dropped and a small `x` becomes `X`. Every area is accepted, the reserved 99 (test persons)
    too: area codes of sixty years are on living cards. Codes: `id_number_fullwidth` (full-width digits or letters),
    `id_number_length`, `id_number_digits`, `id_number_birth_date` (not a day between 1900 and today),
    `id_number_check_digit`. Practice B.1.4 rules 1 and 2.
    """
    number = text.strip().upper()
    if any("\uff10" <= character <= "\uff5a" for character in number):
        raise InvalidIdNumber("id_number_fullwidth")
    if len(number) != 18:
        raise InvalidIdNumber("id_number_length", length=len(number))
    if _SHAPE.fullmatch(number) is None:
        raise InvalidIdNumber("id_number_digits")
    birth_date = _birth_date(number[6:14], today=today or datetime.now(_CHINA).date())
    if number[17] != check_digit(number[:17]):
        raise InvalidIdNumber("id_number_check_digit")
    return IdNumber(text=number, area=number[:6], birth_date=birth_date)


def _birth_date(digits: str, *, today: date) -> date:
    try:
        birth_date = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise InvalidIdNumber("id_number_birth_date") from None
    if birth_date.year < OLDEST_BIRTH_YEAR or birth_date > today:
        raise InvalidIdNumber("id_number_birth_date")
    return birth_date
