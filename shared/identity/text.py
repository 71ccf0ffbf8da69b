"""Texts and days as people type them."""

import re
import unicodedata
from datetime import date, datetime

from shared.identity.errors import InvalidDate, InvalidIdentifier, InvalidText
from shared.identity.id_number import parse_id_number

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_FORBIDDEN = frozenset({"Cc", "Cs"})
_LONG_DIGITS = re.compile(r"\d{10,}[\dXxＸｘ]")
"""Digits and X of full width too, as an input method writes them."""
_ID_SHAPED = re.compile(r"(?=([0-9]{17}[0-9Xx]))", re.ASCII)
BLANK = "***"


def clean_text(text: str, *, max_length: int, multiline: bool = False) -> str:
    """The text trimmed and in NFC, or `InvalidText`: `text_empty`, `text_too_long`, `text_control_character`.

    Control characters (NUL among them) and lone surrogates cannot be stored or shown; line breaks and tabs pass only in
    `multiline` texts.
    """
    trimmed = text.strip()
    if not trimmed:
        raise InvalidText("text_empty")
    if len(trimmed) > max_length:
        raise InvalidText("text_too_long", max_length=max_length)
    allowed = "\n\r\t" if multiline else ""
    if not trimmed.isprintable() and any(
        unicodedata.category(character) in _FORBIDDEN and character not in allowed for character in trimmed
    ):
        raise InvalidText("text_control_character")
    normal = unicodedata.normalize("NFC", trimmed)
    if len(normal) > max_length:
        raise InvalidText("text_too_long", max_length=max_length)
    return normal


def blank(text: str) -> str:
    """The text without runs of eleven or more digits (phones, ID numbers, bank accounts), of full width too."""
    return _LONG_DIGITS.sub(BLANK, text)


def without_id_number(text: str) -> str:
    """The text, or `InvalidText` (`text_id_number`) when an ID number stands in it, perhaps with more around it."""
    for found in _ID_SHAPED.finditer(unicodedata.normalize("NFKC", text)):
        try:
            parse_id_number(found[1])
        except InvalidIdentifier:
            continue
        raise InvalidText("text_id_number")
    return text


def parse_day(value: object) -> date:
    """A day written `YYYY-MM-DD`, 1900 to 2100; raises `InvalidDate` (`date_format`, `date_range`).

    Only the full form counts: numbers (seconds since 1970 to others) and times are refused, never guessed.
    """
    match value:
        case datetime():
            raise InvalidDate("date_format")
        case date():
            day = value
        case str() if _DAY.fullmatch(value.strip()):
            day = _real_day(value.strip())
        case _:
            raise InvalidDate("date_format")
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise InvalidDate("date_range", earliest=EARLIEST_YEAR, latest=LATEST_YEAR)
    return day


def _real_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidDate("date_format") from None
