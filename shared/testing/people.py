"""Test people: ID numbers that nobody has (area prefix 99 is no place), with the right check digit."""

from datetime import date
from typing import Literal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"


def make_id_number(
    birth: date, sex: Literal["male", "female"] = "male", sequence: int = 1, *, area: str = "990101"
) -> str:
    """An 18-digit ID number (GB 11643) for `birth`; `sequence` 0–499 tells people of one day and sex apart.

    The check digit is computed here and not by `shared.identity`, so that a mistake there cannot hide in the tests.
    """
    if len(area) != 6 or not area.startswith("99"):
        raise ValueError("test people have an area code of six digits that begins with 99")
    if not 0 <= sequence < 500:
        raise ValueError("the sequence is 0 to 499")
    order = sequence * 2 + (1 if sex == "male" else 0)  # odd for men
    first17 = f"{area}{birth:%Y%m%d}{order:03d}"
    remainder = sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11
    return first17 + CHECK_CHARACTERS[remainder]


def make_phone(sequence: int = 0) -> str:
    """A mobile number of eleven digits in a range that is not in use."""
    return f"199{sequence:08d}"
