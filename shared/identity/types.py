"""The identifiers as pydantic types: annotate a field with one and a bad value is refused under its stable code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from shared.identity.contact import ACCOUNT_LONGEST, parse_account, parse_phone
from shared.identity.disability_card import parse_disability_card
from shared.identity.division import parse_division
from shared.identity.errors import InvalidIdentifier, validation_error
from shared.identity.id_number import parse_id_number
from shared.identity.quantity import parse_amount, parse_money, parse_ratio
from shared.identity.text import blank, clean_text, parse_day, without_id_number

Source = TypeVar("Source")
Parsed = TypeVar("Parsed")


def _reporting(parse: Callable[[Source], Parsed]) -> Callable[[Source], Parsed]:
    """`parse`, with its refusals as pydantic reports them."""

    def validate(value: Source) -> Parsed:
        try:
            return parse(value)
        except InvalidIdentifier as error:
            raise validation_error(error) from None

    return validate


def _id_number_text(text: str) -> str:
    return parse_id_number(text).text


def _disability_card_text(text: str) -> str:
    return parse_disability_card(text).text


def _two_places(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _four_places(ratio: Decimal) -> str:
    return f"{ratio:.4f}"


IdNumberText = Annotated[
    str,
    AfterValidator(_reporting(_id_number_text)),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{17}[0-9Xx]$", "title": "ID number (GB 11643)"}),
]
"""An 18-character ID number, upper case X."""

DisabilityCardText = Annotated[
    str,
    AfterValidator(_reporting(_disability_card_text)),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[0-9]{17}[0-9Xx][1-7][1-4]([0-9A-Za-z]{2})?$",
            "title": "Disability certificate number",
        }
    ),
]

DivisionCode = Annotated[
    str,
    AfterValidator(_reporting(parse_division)),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{12}$", "title": "Division, 12 digits"}),
]

PhoneText = Annotated[
    str,
    AfterValidator(_reporting(parse_phone)),
    WithJsonSchema({"type": "string", "title": "Telephone number", "examples": ["13800000000", "024-12345678"]}),
]

AccountText = Annotated[
    str,
    AfterValidator(_reporting(parse_account)),
    WithJsonSchema(
        {"type": "string", "pattern": "^[0-9 -]{8,}$", "maxLength": ACCOUNT_LONGEST * 2, "title": "Bank account"}
    ),
]

SignedMoney = Annotated[
    Decimal,
    PlainValidator(_reporting(parse_money)),
    PlainSerializer(_two_places, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$", "title": "Yuan"}),
]
"""Yuan, two places, a decimal string in JSON; a JSON number is accepted too."""

Money = Annotated[
    Decimal,
    PlainValidator(_reporting(parse_amount)),
    PlainSerializer(_two_places, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$", "title": "Yuan, zero or more"}),
]
"""As `SignedMoney`, zero or more."""

Ratio = Annotated[
    Decimal,
    PlainValidator(_reporting(parse_ratio)),
    PlainSerializer(_four_places, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)$", "title": "Ratio, 0 to 1"}),
]
"""A share of the whole, four places, a decimal string in JSON."""


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("datetime_parsing", "outside of the calendar") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A point in time with its offset from UTC, kept in UTC."""

BusinessDate = Annotated[
    date,
    PlainValidator(_reporting(parse_day)),
    PlainSerializer(date.isoformat, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date", "title": "Day, YYYY-MM-DD"}),
]
"""A day in China, 1900 to 2100."""


@dataclass(frozen=True, slots=True)
class CleanText:
    """Marks a text of at most `max_length` characters, trimmed and free of control characters.

    Use as `Annotated[str, CleanText(50)]`; `multiline=True` lets line breaks and tabs pass. It is kept and shown as it
    is, so an ID number in it is refused; in `free` text, which people write about people, runs of digits as long as a
    phone or longer are blanked instead.
    """

    max_length: int
    multiline: bool = False
    free: bool = False

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        def clean(text: str) -> str:
            cleaned = clean_text(text, max_length=self.max_length, multiline=self.multiline)
            return blank(cleaned) if self.free else without_id_number(cleaned)

        return core_schema.no_info_after_validator_function(_reporting(clean), core_schema.str_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "minLength": 1, "maxLength": self.max_length}


NameText = Annotated[str, CleanText(60)]
"""The name of a person or an organisation."""

NoteText = Annotated[str, CleanText(2000, multiline=True, free=True)]
"""A remark of some lines."""

ReasonText = Annotated[str, CleanText(500, free=True)]
"""Why somebody did something, in a sentence."""
