"""A household between its form, its row and its answer: what is sealed, what is masked."""

from collections.abc import Mapping

import asyncpg

from services.registry.bulk import decode
from services.registry.households.schemas import HouseholdForm
from shared.pii import Vault, mask_account, mask_phone

PLAIN = ("household_type", "monitoring_category", "causes", "risks", "management_ability")
"""Form fields with a column of their own."""

SEALED = ("phone", "bank_account")
PROFILE = tuple(
    name for name in HouseholdForm.model_fields if name not in PLAIN and name not in SEALED and name != "living"
)


def row_of(form: HouseholdForm, vault: Vault) -> dict[str, object]:
    """The columns of `household` that say what the form says."""
    document = form.model_dump(mode="json")
    return {
        **{name: document[name] for name in PLAIN},
        "phone_sealed": vault.encrypt(form.phone) if form.phone else None,
        "phone_hash": vault.index(form.phone) if form.phone else None,
        "bank_account_sealed": vault.encrypt(form.bank_account) if form.bank_account else None,
        "bank_account_hash": vault.index(form.bank_account) if form.bank_account else None,
        "profile": {name: document[name] for name in PROFILE if document[name] not in (None, [])},
        "living": {name: value for name, value in document["living"].items() if value is not None},
    }


def full_fields(row: asyncpg.Record, vault: Vault) -> dict[str, object]:
    """The form fields of a stored household, phone and account in full. For checks and reveals."""
    fields: dict[str, object] = {name: row[name] for name in PLAIN}
    for name in SEALED:
        sealed: bytes | None = row[f"{name}_sealed"]
        fields[name] = vault.decrypt(sealed) if sealed is not None else None
    profile = decode(row["profile"])
    for name in PROFILE:
        fields[name] = profile.get(name, [] if name == "return_causes" else None)
    fields["living"] = decode(row["living"])
    return fields


def masked(fields: Mapping[str, object]) -> dict[str, object]:
    """The same fields with phone and account masked."""
    shown = dict(fields)
    for name, mask in (("phone", mask_phone), ("bank_account", mask_account)):
        value = shown.get(name)
        if isinstance(value, str):
            shown[name] = mask(value)
    return shown
