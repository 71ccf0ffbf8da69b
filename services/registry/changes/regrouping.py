"""Households that divide, unite or move: what each does to the households touched."""

from uuid import UUID

from services.registry.bulk import decode
from services.registry.changes.effects import Effects
from services.registry.changes.schemas import Merge, Split, Transfer
from services.registry.changes.undo import Place
from services.registry.history.recorder import Change
from services.registry.households import repository
from services.registry.households.repository import Aggregate
from services.registry.households.rules import Person
from services.registry.problems import ChangeRefused, InvalidForm
from shared.database import Connection, Scope, uuid7
from shared.service import FieldError

_INHERITED = (
    "division",
    "household_type",
    "monitoring_category",
    "causes",
    "risks",
    "management_ability",
    "state",
    "state_since",
)


def split(effects: Effects, current: Aggregate, change: Split) -> None:
    moving = [mover.member_id for mover in change.members]
    if len(set(moving)) != len(moving):
        raise InvalidForm(errors=[FieldError("/members", "person_repeated")])
    if len(moving) == len(current.members):
        raise ChangeRefused(errors=[FieldError("/members", "nobody_stays")])
    new_id = uuid7()
    inherited = {name: current.household[name] for name in _INHERITED}
    effects.household_inserts.append(
        {
            "household_id": new_id,
            "code": change.code,
            **inherited,
            "profile": decode(current.household["profile"]),
            **effects.author.columns(),
        }
    )
    effects.heirs.append((new_id, current.household_id))
    for position, mover in enumerate(change.members):
        row = effects.member_of(current, mover.member_id, pointer=f"/members/{position}/member_id")
        effects.leave(current, row)
        effects.join(
            new_id,
            mover.member_id,
            Person(f"/members/{position}", mover.relation, row["sex"], row["id_hash"]),
        )
    effects.relate(current, change.relations, pointer="/relations")
    effects.changes.append(
        Change(new_id, "create", after={"code": change.code, "split_from": current.household["code"]})
    )


def merge(effects: Effects, found: dict[UUID, Aggregate], household_id: UUID, change: Merge) -> None:
    if change.into == household_id:
        raise InvalidForm(errors=[FieldError("/into", "same_household")])
    current, target = found[household_id], found[change.into]
    effects.take(target)
    for row in current.members:
        relation = change.relations.get(row["member_id"])
        if relation is None:
            missing = FieldError("/relations", "relation_missing", {"member_id": row["member_id"]})
            raise InvalidForm(errors=[missing])
        effects.leave(current, row)
        effects.join(
            change.into,
            row["member_id"],
            Person(f"/relations/{row['member_id']}", relation, row["sex"], row["id_hash"]),
        )
    moved = {row["member_id"] for row in current.members}
    staying = {member_id: relation for member_id, relation in change.relations.items() if member_id not in moved}
    effects.relate(target, staying, pointer="/relations")
    effects.household_updates.append({"household_id": household_id, "merged_into": change.into})
    effects.changes.append(
        Change(household_id, "merge", after={"merged_into": change.into, "code": target.household["code"]})
    )


async def transfer(conn: Connection, effects: Effects, current: Aggregate, change: Transfer, *, scope: Scope) -> None:
    if not await repository.require_village(conn, change.division, scope=scope):
        raise InvalidForm(errors=[FieldError("/division", "unknown_village", {"division": change.division})])
    if change.division == current.household["division"]:
        raise ChangeRefused(errors=[FieldError("/division", "lives_here_already")])
    profile = decode(current.household["profile"])
    before: dict[str, object] = {"division": current.household["division"]}
    place = {"natural_village": change.natural_village, "village_group": change.village_group}
    address = {name: profile.pop(name, None) for name in place}
    before |= address
    effects.old_places.append(
        Place(
            household_id=current.household_id,
            before=current.household["division"],
            address=address,
        )
    )
    profile |= {name: value for name, value in place.items() if value is not None}
    effects.household_updates.append(
        {"household_id": current.household_id, "division": change.division, "profile": profile}
    )
    effects.relate(current, change.relations, pointer="/relations")
    effects.changes.append(
        Change(current.household_id, "transfer", before=before, after={"division": change.division, **place})
    )
