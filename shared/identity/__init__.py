"""National identifiers and plain values: what is a valid ID number, division, telephone, amount, day.

Parsers raise an `InvalidIdentifier` with a stable code; the types of `types.py` report the same codes through pydantic.
Texts of the codes in Chinese and English: `MESSAGES`.
"""

from pathlib import Path

from shared.identity.birthday import age_on, birthday
from shared.identity.contact import parse_account, parse_phone
from shared.identity.disability_card import DisabilityCard, parse_disability_card
from shared.identity.division import (
    NATION,
    Level,
    division_chain,
    division_covers,
    division_level,
    division_prefix,
    parse_division,
)
from shared.identity.errors import (
    InvalidAccount,
    InvalidDate,
    InvalidDisabilityCard,
    InvalidDivision,
    InvalidIdentifier,
    InvalidIdNumber,
    InvalidPhone,
    InvalidQuantity,
    InvalidText,
)
from shared.identity.id_number import IdNumber, check_digit, parse_id_number
from shared.identity.quantity import parse_amount, parse_money, parse_ratio
from shared.identity.text import blank, clean_text, parse_day
from shared.identity.types import (
    AccountText,
    BusinessDate,
    CleanText,
    DisabilityCardText,
    DivisionCode,
    IdNumberText,
    Moment,
    Money,
    NameText,
    NoteText,
    PhoneText,
    Ratio,
    ReasonText,
    SignedMoney,
)

MESSAGES = Path(__file__).with_name("messages.toml")
"""Catalogue of the texts of this package's error codes."""

LocalDate = BusinessDate

__all__ = [
    "MESSAGES",
    "NATION",
    "AccountText",
    "BusinessDate",
    "CleanText",
    "DisabilityCard",
    "DisabilityCardText",
    "DivisionCode",
    "IdNumber",
    "IdNumberText",
    "InvalidAccount",
    "InvalidDate",
    "InvalidDisabilityCard",
    "InvalidDivision",
    "InvalidIdNumber",
    "InvalidIdentifier",
    "InvalidPhone",
    "InvalidQuantity",
    "InvalidText",
    "Level",
    "LocalDate",
    "Moment",
    "Money",
    "NameText",
    "NoteText",
    "PhoneText",
    "Ratio",
    "ReasonText",
    "SignedMoney",
    "age_on",
    "birthday",
    "blank",
    "check_digit",
    "clean_text",
    "division_chain",
    "division_covers",
    "division_level",
    "division_prefix",
    "parse_account",
    "parse_amount",
    "parse_day",
    "parse_disability_card",
    "parse_division",
    "parse_id_number",
    "parse_money",
    "parse_phone",
    "parse_ratio",
]
