"""The disability certificate number: the holder's ID number, type, grade, and two characters more when re-issued."""

import re
from dataclasses import dataclass

from shared.identity.errors import InvalidDisabilityCard, InvalidIdNumber
from shared.identity.id_number import IdNumber, parse_id_number

_REISSUE = re.compile(r"[0-9A-Z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DisabilityCard:
    """`type` 1–7 (list `disability_type`), `grade` 1–4 (list `disability_grade`), `reissue` two characters or None."""

    text: str
    id_number: IdNumber
    type: str
    grade: str
    reissue: str | None

    def __repr__(self) -> str:
        return f"DisabilityCard({self.id_number!r})"


def parse_disability_card(text: str) -> DisabilityCard:
    """Read a certificate number, or raise `InvalidDisabilityCard`.

    Codes: `disability_card_length` (not 20 or 22), `disability_card_id_number`, `disability_card_type` (19th
    character not 1–7), `disability_card_grade` (20th not 1–4), `disability_card_reissue`. Practice B.1.4 rules 2 and
    3.
    """
    number = text.strip().upper()
    if len(number) not in (20, 22):
        raise InvalidDisabilityCard("disability_card_length", length=len(number))
    try:
        id_number = parse_id_number(number[:18])
    except InvalidIdNumber:
        raise InvalidDisabilityCard("disability_card_id_number") from None
    if number[18] not in "1234567":
        raise InvalidDisabilityCard("disability_card_type")
    if number[19] not in "1234":
        raise InvalidDisabilityCard("disability_card_grade")
    reissue = number[20:] or None
    if reissue is not None and _REISSUE.fullmatch(reissue) is None:
        raise InvalidDisabilityCard("disability_card_reissue")
    return DisabilityCard(text=number, id_number=id_number, type=number[18], grade=number[19], reissue=reissue)
