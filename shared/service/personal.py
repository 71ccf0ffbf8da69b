"""A last wall against personal data where free text goes out: digit runs as long as a phone or longer are blanked."""

import re

_DIGITS = re.compile(r"[0-9]{10,}[0-9Xx]", re.ASCII)
BLANK = "***"


def blank(text: str) -> str:
    """The text without runs of eleven or more digits (phones, ID numbers, bank accounts)."""
    return _DIGITS.sub(BLANK, text)
