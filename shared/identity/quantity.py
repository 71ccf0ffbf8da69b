"""Money and ratios as exact decimals in plain notation."""

import re
from decimal import Decimal

from shared.identity.errors import InvalidQuantity

MONEY_DIGITS = 12
MONEY_PLACES = 2
RATIO_PLACES = 4

# What a value looks like that was once written by this system: most values are, and one match settles them.
_CANONICAL = re.compile(r"[0-9]{1,12}\.[0-9]{2}", re.ASCII)
_PLAIN = re.compile(r"([+-]?)([0-9]{1,40})(?:\.([0-9]{1,40}))?", re.ASCII)
_CENT = Decimal("0.01")
_RATIO_STEP = Decimal("0.0001")
_LONGEST = 82


def parse_money(value: object) -> Decimal:
    """Yuan with at most two places and twelve digits before the point; below zero too.

    Takes a text in plain notation or a number; raises `InvalidQuantity`: `money_format` (no plain number: NaN,
    exponent, separators, full-width digits, true/false), `money_places`, `money_too_large`.
    """
    if type(value) is str and _CANONICAL.fullmatch(value):
        return Decimal(value)
    sign, whole, fraction = _plain_parts(value, code="money_format")
    if len(fraction) > MONEY_PLACES:
        raise InvalidQuantity("money_places", places=MONEY_PLACES)
    if len(whole) > MONEY_DIGITS:
        raise InvalidQuantity("money_too_large", digits=MONEY_DIGITS)
    return _signed(sign, whole, fraction).quantize(_CENT)


def parse_amount(value: object) -> Decimal:
    """Yuan of zero or more: as `parse_money`, and `money_negative` below zero."""
    amount = parse_money(value)
    if amount < 0:
        raise InvalidQuantity("money_negative")
    return amount


def parse_ratio(value: object) -> Decimal:
    """A share of the whole, 0 to 1, at most four places; raises `InvalidQuantity` (`ratio_format`, `ratio_places`,
    `ratio_range`).
    """
    sign, whole, fraction = _plain_parts(value, code="ratio_format")
    if len(fraction) > RATIO_PLACES:
        raise InvalidQuantity("ratio_places", places=RATIO_PLACES)
    ratio = _signed(sign, whole, fraction)
    if not 0 <= ratio <= 1:
        raise InvalidQuantity("ratio_range")
    return ratio.quantize(_RATIO_STEP)


def _plain_parts(value: object, *, code: str) -> tuple[str, str, str]:
    """Sign, digits before and digits after the point, without idle zeros.

    The text is matched before any number is made of it: `int()` and `Decimal()` accept full-width digits and
    exponents, and a number with a million digits costs seconds.
    """
    match value:
        case bool():
            raise InvalidQuantity(code)
        case int() if -(10**40) < value < 10**40:
            text = str(value)
        case float() | Decimal():
            text = _number_text(value, code=code)
        case str() if len(value) <= _LONGEST:
            text = value.strip()
        case _:
            raise InvalidQuantity(code)
    found = _PLAIN.fullmatch(text)
    if found is None:
        raise InvalidQuantity(code)
    return found[1], found[2].lstrip("0") or "0", (found[3] or "").rstrip("0")


def _number_text(value: float | Decimal, *, code: str) -> str:
    """Plain notation of a number; a float by its shortest form, so that 0.1 stays 0.1."""
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    if not exact.is_finite() or not -40 <= exact.adjusted() <= 40:
        raise InvalidQuantity(code)
    return format(exact, "f")


def _signed(sign: str, whole: str, fraction: str) -> Decimal:
    magnitude = Decimal(f"{whole}.{fraction or '0'}")
    return -magnitude if sign == "-" and magnitude else magnitude
