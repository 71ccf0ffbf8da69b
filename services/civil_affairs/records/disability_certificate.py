"""The number of the disability certificate, read when a record comes in and not kept.

It is the holder's ID number, then type, grade, and two characters when re-issued (practice B.1.4 rules 2 and 3). The
parts that are no personal data are kept as fields; the rest names the person, and is treated as an ID number is.
"""

from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from shared.identity import InvalidIdentifier, parse_disability_card
from shared.identity.disability_card import DisabilityCard

NUMBER = "certificate_number"

_OTHER_NAMES = ("member_id", "household_code", "name")
"""Ways of naming a person that cannot be compared with the number here."""

NUMBER_SCHEMA = {
    "type": "string",
    "pattern": "^[0-9]{17}[0-9Xx][1-7][1-4]([0-9A-Za-z]{2})?$",
    "title": "Disability certificate number",
    "description": "20 or 22 characters; names the person, type, grade and re-issue, and is not kept",
}


def read_number(given: Mapping[str, object]) -> dict[str, object]:
    """The given fields, with the number replaced by what it says: `id_number`, type, grade, `reissue`.

    Raises ValidationError at `certificate_number` for a number that is none, or that contradicts what stands beside it
    (`certificate_of_another_person`, `certificate_names_person`, `certificate_disagrees`).
    """
    fields = dict(given)
    number = fields.pop(NUMBER)
    if not isinstance(number, str):
        raise _fault("string_type")
    try:
        card = parse_disability_card(number)
    except InvalidIdentifier as error:
        raise _fault(error.code, error.params) from None
    named = fields.get("id_number")
    if isinstance(named, str) and named.strip().upper() != card.id_number.text:
        raise _fault("certificate_of_another_person")
    if any(fields.get(name) is not None for name in _OTHER_NAMES):
        raise _fault("certificate_names_person")
    fields["id_number"] = card.id_number.text
    for name, said in _parts(card).items():
        if fields.get(name) not in (None, said):
            raise _fault("certificate_disagrees", {"field": name})
        fields[name] = said
    return fields


def _parts(card: DisabilityCard) -> dict[str, object]:
    parts: dict[str, object] = {"disability_type": card.type, "disability_grade": card.grade}
    return parts if card.reissue is None else {**parts, "reissue": card.reissue}


def _fault(code: str, params: Mapping[str, object] | None = None) -> ValidationError:
    # Built from parts, so that the fault names the field and the refused number is nowhere in it.
    kind = PydanticCustomError(code, code, dict(params or {}))
    return ValidationError.from_exception_data(NUMBER, [InitErrorDetails(type=kind, loc=(NUMBER,), input=None)])
