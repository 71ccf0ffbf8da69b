"""What a correction makes of a household or a member: the form after it, the rows to update, the change to record."""

from collections.abc import Mapping
from datetime import date

import asyncpg

from services.registry.author import Author
from services.registry.history.recorder import Change, difference
from services.registry.households import storage
from services.registry.households.repository import Aggregate
from services.registry.households.schemas import HouseholdForm
from services.registry.members import storage as member_storage
from services.registry.members.rules import with_identity
from services.registry.members.schemas import MemberForm
from shared.pii import Vault


def merged_member(before: Mapping[str, object], given: Mapping[str, object]) -> MemberForm:
    """The member after a correction. A new ID number brings its own sex and birth date. Raises ValidationError."""
    kept = dict(before)
    if given.get("id_number") not in (None, before.get("id_number")):
        kept["sex"] = kept["birth_date"] = None
    return with_identity(MemberForm.model_validate({**kept, **given}))


def corrected_member(
    known: asyncpg.Record,
    before: Mapping[str, object],
    member: MemberForm,
    *,
    since: date | None = None,
    vault: Vault,
) -> tuple[dict[str, object] | None, dict[str, object] | None, Change | None]:
    """The rows of `member` and `membership` to update and the change to record; None where nothing differs."""
    joined: dict[str, object] = {"relation": member.relation, "since": since or known["since"]}
    after = {**member.model_dump(mode="json"), **joined}
    old, new = difference({**before, "since": known["since"]}, after)
    if not new:
        return None, None, None
    change = Change(
        household_id=known["household_id"],
        member_id=known["member_id"],
        action="member_corrected",
        before=member_storage.masked(old),
        after=member_storage.masked(new),
        sealed={name: old[name] for name in member_storage.SEALED if old.get(name)} or None,
    )
    membership = {"membership_id": known["membership_id"], **joined} if new.keys() & joined.keys() else None
    return {"member_id": known["member_id"], **member_storage.row_of(member, vault)}, membership, change


def corrected_household(
    current: Aggregate, given: Mapping[str, object], *, vault: Vault, author: Author
) -> tuple[HouseholdForm, dict[str, object] | None, Change | None]:
    """The form as corrected, the row of `household` to update and the change to record; None where nothing differs.

    Raises ValidationError.
    """
    before = storage.full_fields(current.household, vault)
    form = _merged_household(before, given)
    after = form.model_dump(mode="json")
    after["living"] = {name: value for name, value in after["living"].items() if value is not None}
    old, new = difference(before, after)
    if not new:
        return form, None, None
    change = Change(
        household_id=current.household_id,
        action="correct",
        before=storage.masked(old),
        after=storage.masked(new),
        sealed={name: old[name] for name in storage.SEALED if old.get(name)} or None,
    )
    row = {"household_id": current.household_id, **storage.row_of(form, vault), **author.columns()}
    return form, row, change


def _merged_household(before: Mapping[str, object], given: Mapping[str, object]) -> HouseholdForm:
    """The household's form after a correction; living conditions are merged field by field."""
    merged = {**before, **given}
    old, new = before.get("living"), given.get("living")
    if isinstance(old, dict) and isinstance(new, dict):
        merged["living"] = {**old, **new}
    return HouseholdForm.model_validate(merged)
