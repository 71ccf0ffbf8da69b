"""A member between its form, its row and its answer: what is sealed, what is masked."""

from collections.abc import Mapping

import asyncpg

from services.registry.bulk import decode, jsonable
from services.registry.members.schemas import MemberForm
from shared.identity import parse_disability_card
from shared.pii import Vault, mask_id_number, mask_phone

PLAIN = (
    "name",
    "sex",
    "birth_date",
    "ethnicity",
    "education",
    "student_status",
    "labour_skill",
    "health_status",
    "political_status",
    "work_months",
    "work_place",
)
"""Form fields with a column of their own."""

SEALED = ("id_number", "disability_card", "phone")
MEMBERSHIP = ("relation",)
PROFILE = tuple(
    name for name in MemberForm.model_fields if name not in PLAIN and name not in SEALED and name not in MEMBERSHIP
)


def row_of(form: MemberForm, vault: Vault) -> dict[str, object]:
    """The columns of `member` that say what the form says."""
    card = parse_disability_card(form.disability_card) if form.disability_card else None
    document = form.model_dump(mode="json")
    return {
        **{name: document[name] for name in PLAIN},
        "id_number_sealed": vault.encrypt(form.id_number) if form.id_number else None,
        "id_hash": vault.index(form.id_number.upper()) if form.id_number else None,
        "disability_card_sealed": vault.encrypt(form.disability_card) if form.disability_card else None,
        "disability_type": card.type if card else None,
        "disability_grade": card.grade if card else None,
        "phone_sealed": vault.encrypt(form.phone) if form.phone else None,
        "phone_hash": vault.index(form.phone) if form.phone else None,
        "profile": {name: document[name] for name in PROFILE if document[name] is not None},
    }


def full_fields(row: asyncpg.Record, vault: Vault) -> dict[str, object]:
    """The form fields of a stored member (with its `relation`), personal numbers in full. For checks and reveals."""
    fields: dict[str, object] = {name: jsonable(row[name]) for name in PLAIN}
    fields["relation"] = row["relation"]
    for name in SEALED:
        sealed: bytes | None = row[f"{name}_sealed"]
        fields[name] = vault.decrypt(sealed) if sealed is not None else None
    profile = decode(row["profile"])
    for name in PROFILE:
        fields[name] = profile.get(name)
    return fields


def masked(fields: Mapping[str, object]) -> dict[str, object]:
    """The same fields with every personal number masked."""
    shown = dict(fields)
    for name, mask in (("id_number", mask_id_number), ("disability_card", mask_card), ("phone", mask_phone)):
        value = shown.get(name)
        if isinstance(value, str):
            shown[name] = mask(value)
    return shown


def mask_card(card: str) -> str:
    """The ID number in the card masked; type, grade and reissue stay."""
    return mask_id_number(card[:18]) + card[18:]
