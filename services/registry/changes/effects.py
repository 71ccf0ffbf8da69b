"""What a change does, gathered in memory and then written set-based."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import asyncpg

from services.registry import bulk
from services.registry.author import Author
from services.registry.changes.tables import natural_change
from services.registry.changes.undo import Place, Relation, Undo
from services.registry.history import recorder
from services.registry.history.recorder import Change
from services.registry.households.plan import membership_row
from services.registry.households.repository import Aggregate, count_up
from services.registry.households.rules import Person, check_composition
from services.registry.households.tables import household
from services.registry.households.writer import insert_households
from services.registry.lifecycle.writer import NewState, store_states
from services.registry.members.tables import member, membership
from services.registry.problems import ChangeRefused, HouseholdClosed, HouseholdCodeTaken
from shared.database import Connection
from shared.pii import Vault
from shared.roster.models import HouseholdState
from shared.service import FieldError

_END = """
UPDATE membership s SET until = given.until, left_by = given.left_by
FROM unnest($1::uuid[], $2::date[], $3::text[]) AS given(membership_id, until, left_by)
WHERE s.membership_id = given.membership_id
"""

# Who was poor and who has left poverty is counted by the dated states: those who move out keep theirs.
_INHERIT_STATES = """
INSERT INTO household_state
  (household_state_id, household_id, state, since, until, reason, decided_by, principal, source_system)
SELECT uuidv7(), $1, state, since, until, reason, decided_by, $3, $4 FROM household_state
WHERE household_id = $2 AND state <> 'closed' ORDER BY since, recorded_at, household_state_id
"""


@dataclass(slots=True)
class Effects:
    """Rows to write, and how each touched household will be composed."""

    author: Author
    on: date
    kind: str
    aggregates: dict[UUID, Aggregate] = field(default_factory=dict)
    people: dict[UUID, dict[UUID, Person]] = field(default_factory=dict)
    ended: list[tuple[UUID, date, str]] = field(default_factory=list)
    joined: list[dict[str, object]] = field(default_factory=list)
    relations: list[dict[str, object]] = field(default_factory=list)
    member_inserts: list[dict[str, object]] = field(default_factory=list)
    member_updates: list[dict[str, object]] = field(default_factory=list)
    household_inserts: list[dict[str, object]] = field(default_factory=list)
    household_updates: list[dict[str, object]] = field(default_factory=list)
    heirs: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Households founded by others, each with the one whose dated states it takes over."""
    states: list[NewState] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    occurrences: list[dict[str, object]] = field(default_factory=list)
    old_relations: list[Relation] = field(default_factory=list)
    old_places: list[Place] = field(default_factory=list)

    def take(self, aggregate: Aggregate) -> None:
        """Count a household among those touched. Raises HouseholdClosed."""
        if aggregate.household["state"] == HouseholdState.CLOSED:
            raise HouseholdClosed(params={"code": aggregate.household["code"]})
        self.aggregates[aggregate.household_id] = aggregate
        self.people[aggregate.household_id] = {
            row["member_id"]: Person("/relations", row["relation"], row["sex"], row["id_hash"])
            for row in aggregate.members
        }

    def member_of(self, aggregate: Aggregate, member_id: UUID, *, pointer: str) -> asyncpg.Record:
        for row in aggregate.members:
            if row["member_id"] == member_id:
                return row
        raise ChangeRefused(errors=[FieldError(pointer, "not_of_household")])

    def leave(self, aggregate: Aggregate, row: asyncpg.Record) -> None:
        """End a membership on the day of the change."""
        if self.on < row["since"]:
            raise ChangeRefused(errors=[FieldError("/occurred_on", "before_membership", {"since": row["since"]})])
        self.ended.append((row["membership_id"], self.on, self.kind))
        del self.people[aggregate.household_id][row["member_id"]]
        self.changes.append(
            Change(
                household_id=aggregate.household_id,
                member_id=row["member_id"],
                action="member_left",
                before={"relation": row["relation"], "since": row["since"]},
                after={"until": self.on, "kind": self.kind},
            )
        )

    def join(self, household_id: UUID, member_id: UUID, person: Person) -> None:
        """Begin a membership on the day of the change."""
        self.joined.append(membership_row(household_id, member_id, person.relation, since=self.on, by=self.kind))
        self.people.setdefault(household_id, {})[member_id] = person
        self.changes.append(
            Change(
                household_id=household_id,
                member_id=member_id,
                action="member_joined",
                after={"relation": person.relation, "since": self.on, "kind": self.kind},
            )
        )

    def relate(self, aggregate: Aggregate, relations: Mapping[UUID, str], *, pointer: str) -> None:
        """Give members who stay another relation to the (new) head."""
        people = self.people[aggregate.household_id]
        for member_id, relation in relations.items():
            if member_id not in people:
                raise ChangeRefused(errors=[FieldError(f"{pointer}/{member_id}", "not_of_household")])
            row = self.member_of(aggregate, member_id, pointer=f"{pointer}/{member_id}")
            if row["relation"] == relation:
                continue
            before = people[member_id]
            people[member_id] = Person(f"{pointer}/{member_id}", relation, before.sex, before.id_hash)
            self.relations.append({"membership_id": row["membership_id"], "relation": relation})
            self.old_relations.append(
                Relation(membership_id=row["membership_id"], before=row["relation"], after=relation)
            )
            self.changes.append(
                Change(
                    household_id=aggregate.household_id,
                    member_id=member_id,
                    action="relation",
                    before={"relation": row["relation"]},
                    after={"relation": relation},
                )
            )

    def settle(self) -> None:
        """Close households that are left empty; refuse a change after which a household's composition is wrong."""
        for household_id, people in self.people.items():
            if people:
                errors = check_composition(list(people.values()), pointer="/relations")
                if errors:
                    raise ChangeRefused(errors=errors)
            elif household_id in self.aggregates:
                self._close(self.aggregates[household_id])

    def _close(self, aggregate: Aggregate) -> None:
        before = HouseholdState(aggregate.household["state"])
        since = max(self.on, aggregate.household["state_since"])
        state = NewState(aggregate.household_id, before, HouseholdState.CLOSED, since, self.kind, self.author.principal)
        self.states.append(state)
        self.changes.append(state.change())

    @property
    def undo(self) -> Undo:
        """What would have to be taken back, were the change a mistake."""
        return Undo.model_validate(
            {
                "ended": [membership_id for membership_id, _, _ in self.ended],
                "joined": [row["membership_id"] for row in self.joined],
                "relations": self.old_relations,
                "died": [row["member_id"] for row in self.member_updates if "died_on" in row],
                "places": self.old_places,
                "founded": [row["household_id"] for row in self.household_inserts],
                "closed": [state.household_id for state in self.states],
                "merged": [row["household_id"] for row in self.household_updates if "merged_into" in row],
            }
        )

    async def store(self, conn: Connection, *, vault: Vault) -> None:
        """Write everything in a fixed number of statements; households end before members join elsewhere."""
        if len(await insert_households(conn, self.household_inserts)) < len(self.household_inserts):
            code = self.household_inserts[0]["code"]
            raise HouseholdCodeTaken(params={"code": code}, errors=[FieldError("/code", "household_code_taken")])
        for founded, origin in self.heirs:
            await conn.execute(_INHERIT_STATES, founded, origin, self.author.principal, self.author.source_system)
        await bulk.update(conn, household, self.household_updates, key="household_id")
        await bulk.insert(conn, member, self.member_inserts)
        await bulk.update(conn, member, self.member_updates, key="member_id", count=True)
        if self.ended:
            ids, days, kinds = zip(*self.ended, strict=True)
            await conn.execute(_END, ids, days, kinds)
        await bulk.insert(conn, membership, self.joined)
        await bulk.update(conn, membership, self.relations, key="membership_id")
        await store_states(conn, self.states, author=self.author)
        await bulk.insert(conn, natural_change, self.occurrences)
        await count_up(conn, list(self.aggregates))
        await recorder.record(conn, self.changes, author=self.author, vault=vault)
