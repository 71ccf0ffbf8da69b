"""Recording what happened to a household: one transaction, the touched households locked in id order."""

from datetime import date
from uuid import UUID

import asyncpg

from services.registry.author import Author
from services.registry.changes import regrouping
from services.registry.changes.effects import Effects
from services.registry.changes.order import check_order
from services.registry.changes.schemas import (
    DEATH,
    NEWBORN,
    ChangeResult,
    Joining,
    Leaving,
    Merge,
    Split,
    TouchedHousehold,
    Transfer,
)
from services.registry.history.recorder import Change
from services.registry.households import repository
from services.registry.households.repository import Aggregate
from services.registry.households.rules import Person
from services.registry.members import storage as member_storage
from services.registry.members.rules import check_member, with_identity
from services.registry.members.schemas import MemberForm
from services.registry.problems import (
    ChangeRefused,
    DuplicatePerson,
    HouseholdNotFound,
    InvalidForm,
    MemberNotFound,
)
from services.registry.roster import RosterPublisher
from shared.clock import Clock
from shared.database import Connection, Scope, uuid7
from shared.pii import Vault
from shared.service import FieldError

_WITHOUT_HOME = """
SELECT m.member_id, m.sex, m.birth_date, m.id_hash, m.died_on, max(s.until) FILTER (WHERE s.until > s.since) AS left_on
FROM member m JOIN membership s USING (member_id) JOIN household h USING (household_id)
WHERE m.member_id = $1 GROUP BY m.member_id
"""

AnyChange = Leaving | Joining | Split | Merge | Transfer


class ChangeWriter:
    def __init__(self, *, vault: Vault, publisher: RosterPublisher, clock: Clock) -> None:
        self._vault = vault
        self._publisher = publisher
        self._clock = clock

    async def apply(
        self, conn: Connection, household_id: UUID, change: AnyChange, *, scope: Scope, author: Author
    ) -> ChangeResult:
        """Record the change and everything that follows from it.

        Raises HouseholdNotFound, MemberNotFound, HouseholdClosed, ChangeRefused (it does not fit the household as it
        stands), DuplicatePerson, HouseholdCodeTaken, OutOfArea, InvalidForm.
        """
        if change.occurred_on > self._clock.today():
            raise InvalidForm(errors=[FieldError("/occurred_on", "date_ahead")])
        found = await self._lock(conn, household_id, change, scope=scope)
        if not isinstance(change, Leaving):
            touched = {household_id, change.into} if isinstance(change, Merge) else {household_id}
            await check_order(conn, household_id, change, touched)
        effects = Effects(author=author, on=change.occurred_on, kind=change.kind)
        effects.take(found[household_id])
        member_id: UUID | None = None
        match change:
            case Leaving():
                member_id = self._leave(effects, found[household_id], change)
            case Joining():
                member_id = await self._join(conn, effects, found, household_id, change)
            case Split():
                regrouping.split(effects, found[household_id], change)
            case Merge():
                regrouping.merge(effects, found, household_id, change)
            case Transfer():
                await regrouping.transfer(conn, effects, found[household_id], change, scope=scope)
        effects.settle()
        change_id = self._occurrence(effects, household_id, change, member_id)
        await effects.store(conn, vault=self._vault)
        versions = await self._publisher.touch(conn, list(effects.people))
        return await self._result(conn, change_id, change, member_id, versions)

    async def _lock(
        self, conn: Connection, household_id: UUID, change: AnyChange, *, scope: Scope
    ) -> dict[UUID, Aggregate]:
        wanted = {household_id}
        if isinstance(change, Merge):
            wanted.add(change.into)
        home = None
        if isinstance(change, Joining) and change.member_id is not None:
            home = await repository.home_of(conn, change.member_id)
            wanted |= {home} if home is not None else set()
        found = await repository.load(conn, wanted, scope=scope, lock=True)
        if household_id not in found or (isinstance(change, Merge) and change.into not in found):
            raise HouseholdNotFound
        if home is not None and home not in found:
            raise MemberNotFound
        return found

    def _leave(self, effects: Effects, current: Aggregate, change: Leaving) -> UUID:
        row = effects.member_of(current, change.member_id, pointer="/member_id")
        effects.leave(current, row)
        if change.kind == DEATH:
            effects.member_updates.append({"member_id": change.member_id, "died_on": change.occurred_on})
        effects.relate(current, change.relations, pointer="/relations")
        return change.member_id

    async def _join(
        self, conn: Connection, effects: Effects, found: dict[UUID, Aggregate], household_id: UUID, change: Joining
    ) -> UUID:
        if (change.member is None) == (change.member_id is None):
            raise InvalidForm(errors=[FieldError("/member", "one_of_member_and_member_id")])
        current = found[household_id]
        if change.member is not None:
            member_id, person = await self._newcomer(conn, effects, household_id, change.member, change)
        else:
            assert change.member_id is not None  # noqa: S101 - exactly one is given
            member_id, person = await self._mover(conn, effects, found, change, change.member_id)
        effects.join(household_id, member_id, person)
        effects.relate(current, {k: v for k, v in change.relations.items() if k != member_id}, pointer="/relations")
        return member_id

    async def _newcomer(
        self, conn: Connection, effects: Effects, household_id: UUID, given: MemberForm, change: Joining
    ) -> tuple[UUID, Person]:
        form = with_identity(given)
        if change.kind == NEWBORN:
            form = _newborn(form, on=change.occurred_on)
        if errors := check_member(form, on=self._clock.today(), pointer="/member"):
            raise InvalidForm(errors=errors)
        id_hash = self._vault.index(form.id_number) if form.id_number else None
        known = (await repository.persons_by_hash(conn, [id_hash])).get(id_hash) if id_hash else None
        if known is not None and known["died_on"] is not None:
            raise InvalidForm(errors=[FieldError("/member/id_number", "person_deceased")])
        _refuse_twice(effects.aggregates[household_id], form, known)
        if known is not None and known["household_id"] is not None:
            code = effects.aggregates[household_id].household["code"]
            params: dict[str, object] = {"household": code, "other": known["household_code"] or ""}
            raise DuplicatePerson(params=params, errors=[FieldError("/member/id_number", "duplicate_person", params)])
        _refuse_before_birth(form.birth_date, change)
        if known is not None:
            _refuse_overlap(known["left_on"], change)
        member_id: UUID = known["member_id"] if known is not None else uuid7()
        row = {"member_id": member_id, **member_storage.row_of(form, self._vault)}
        if known is not None:
            effects.member_updates.append(row)
        else:
            effects.member_inserts.append({**row, **effects.author.columns()})
        shown = member_storage.masked(form.model_dump(mode="json", exclude_none=True))
        effects.changes.append(Change(household_id, "member_added", after=shown, member_id=member_id))
        return member_id, Person("/member", form.relation, form.sex, id_hash)

    async def _mover(
        self, conn: Connection, effects: Effects, found: dict[UUID, Aggregate], change: Joining, member_id: UUID
    ) -> tuple[UUID, Person]:
        if change.relation is None:
            raise InvalidForm(errors=[FieldError("/relation", "missing")])
        home = next((one for one in found.values() if any(r["member_id"] == member_id for r in one.members)), None)
        if home is None:
            row = await conn.fetchrow(_WITHOUT_HOME, member_id)
            if row is None:
                raise MemberNotFound
            if row["died_on"] is not None:
                raise ChangeRefused(errors=[FieldError("/member_id", "person_deceased")])
            _refuse_overlap(row["left_on"], change)
            _refuse_before_birth(row["birth_date"], change)
        elif home.household_id in effects.aggregates:
            raise ChangeRefused(errors=[FieldError("/member_id", "lives_here_already")])
        else:
            row = effects.member_of(home, member_id, pointer="/member_id")
            _refuse_before_birth(row["birth_date"], change)
            effects.take(home)
            effects.leave(home, row)
            effects.relate(home, change.relations_left, pointer="/relations_left")
        return member_id, Person("/relation", change.relation, row["sex"], row["id_hash"])

    def _occurrence(self, effects: Effects, household_id: UUID, change: AnyChange, member_id: UUID | None) -> UUID:
        change_id = uuid7()
        others = [other for other in effects.people if other != household_id]
        details = change.model_dump(mode="json", exclude_none=True, exclude={"member", "kind", "occurred_on", "reason"})
        effects.occurrences.append(
            {
                "change_id": change_id,
                "household_id": household_id,
                "other_household_id": others[0] if others else None,
                "member_id": member_id,
                "kind": change.kind,
                "occurred_on": change.occurred_on,
                "reason": change.reason,
                "details": details,
                "undo": effects.undo.model_dump(mode="json"),
                **effects.author.columns(),
            }
        )
        return change_id

    async def _result(
        self, conn: Connection, change_id: UUID, change: AnyChange, member_id: UUID | None, versions: dict[UUID, int]
    ) -> ChangeResult:
        rows = await conn.fetch(
            "SELECT household_id, code FROM household WHERE household_id = ANY($1::uuid[]) ORDER BY code",
            list(versions),
        )
        return ChangeResult(
            change_id=change_id,
            kind=change.kind,
            occurred_on=change.occurred_on,
            member_id=member_id,
            households=[
                TouchedHousehold(
                    household_id=row["household_id"], code=row["code"], version=versions[row["household_id"]]
                )
                for row in rows
            ],
        )


def _refuse_twice(current: Aggregate, form: MemberForm, known: asyncpg.Record | None) -> None:
    """Who lives here already does not join again: a request that was sent twice, of a child without a number too."""
    if known is not None and known["household_id"] == current.household_id:
        raise ChangeRefused(errors=[FieldError("/member/id_number", "lives_here_already")])
    person = (form.name, form.birth_date, form.sex)
    for row in current.members:
        numbered = form.id_number is not None and row["id_hash"] is not None
        if not numbered and (row["name"], row["birth_date"], row["sex"]) == person:
            raise ChangeRefused(errors=[FieldError("/member/name", "lives_here_already")])


def _refuse_overlap(left_on: date | None, change: Joining) -> None:
    """Nobody lives in two households at once, in the past neither."""
    if left_on is not None and change.occurred_on < left_on:
        raise ChangeRefused(errors=[FieldError("/occurred_on", "lived_elsewhere_until", {"until": left_on})])


def _refuse_before_birth(born: date | None, change: Joining) -> None:
    """Nobody joins before being born, and a newborn comes by being born: who came later has moved in."""
    if born is not None and change.kind == NEWBORN and change.occurred_on != born:
        raise InvalidForm(errors=[FieldError("/occurred_on", "newborn_on_birth_date", {"born": born})])
    if born is not None and change.occurred_on < born:
        raise InvalidForm(errors=[FieldError("/occurred_on", "since_before_birth")])


def _newborn(form: MemberForm, *, on: date) -> MemberForm:
    """A newborn was born on the day of the change and is below school age, unless the form says otherwise."""
    update: dict[str, object] = {}
    if form.birth_date is None:
        update["birth_date"] = on
    if form.education is None and form.student_status is None:
        update["student_status"] = "preschool_age"
    return form.model_copy(update=update)
