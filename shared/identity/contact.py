"""Telephone and bank account numbers."""

import re

from shared.identity.errors import InvalidAccount, InvalidPhone

ACCOUNT_SHORTEST = 8
ACCOUNT_LONGEST = 30

_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_LANDLINE = re.compile(r"(0[1-9][0-9]{1,2})-?([2-8][0-9]{6,7})", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


def parse_phone(text: str) -> str:
    """A mobile number as 11 digits, or a landline as area code, hyphen, number; raises `InvalidPhone` (`phone_number`).

    Blanks and hyphens inside are dropped, and a leading `+86` or `0086`. Practice B.1.4 rule 8.
    """
    compact = re.sub(r"[ \-]", "", text.strip())
    compact = re.sub(r"^(\+86|0086)", "", compact)
    if _MOBILE.fullmatch(compact):
        return compact
    if match := _LANDLINE.fullmatch(compact):
        return _landline(compact) or f"{match[1]}-{match[2]}"
    raise InvalidPhone("phone_number")


def _landline(digits: str) -> str | None:
    """Area codes 010 and 02x have three digits, all others four: the only split that the plan of numbers allows."""
    cut = 3 if digits[1] in "12" else 4
    area, number = digits[:cut], digits[cut:]
    return f"{area}-{number}" if len(number) in (7, 8) else None


def parse_account(text: str) -> str:
    """A bank account as 8–30 digits; raises `InvalidAccount` (`account_digits`, `account_length`).

    Blanks and hyphens inside are dropped. No check digit: passbooks of rural banks carry none, only cards do.
    """
    compact = re.sub(r"[ \-]", "", text.strip())
    if _DIGITS.fullmatch(compact) is None:
        raise InvalidAccount("account_digits")
    if not ACCOUNT_SHORTEST <= len(compact) <= ACCOUNT_LONGEST:
        raise InvalidAccount("account_length", shortest=ACCOUNT_SHORTEST, longest=ACCOUNT_LONGEST)
    return compact
