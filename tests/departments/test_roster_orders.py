"""Snapshots of the roster in any order, twice, and in any batches: at the end everyone lives where they live."""

from collections.abc import Sequence
from itertools import count
from uuid import UUID

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.database import uuid7
from shared.roster.apply import apply_roster
from shared.roster.models import HouseholdState, RosterHousehold, RosterMember, Sex
from shared.testing.department import HANYANG_PAIRED_VILLAGE as VILLAGE
from shared.testing.department import DepartmentSystem

HOUSEHOLDS, PEOPLE = 3, 3
NOWHERE = HOUSEHOLDS
_STAMPS = count(1)


class World:
    """A registry in a few lines: people move, and each household touched says so, under one growing stamp."""

    def __init__(self) -> None:
        self.ids = [uuid7() for _ in range(HOUSEHOLDS)]
        self.people = [uuid7() for _ in range(PEOPLE)]
        self.home: dict[int, int] = dict.fromkeys(range(PEOPLE), NOWHERE)
        self.versions = [0] * HOUSEHOLDS
        self.said: list[RosterHousehold] = []

    def move(self, person: int, to: int, *, reverse: bool) -> None:
        before, self.home[person] = self.home[person], to
        touched = sorted({before, to} - {NOWHERE}, reverse=reverse)
        for household in touched if before != to else ():
            self.versions[household] += 1
            self.said.append(self.snapshot(household))

    def snapshot(self, household: int) -> RosterHousehold:
        members = tuple(
            RosterMember(
                member_id=self.people[person],
                name=f"人{person}",
                id_hash=None,
                sex=Sex.UNKNOWN,
                birth_date=None,
                relation="other",
            )
            for person, home in self.home.items()
            if home == household
        )
        return RosterHousehold(
            household_id=self.ids[household],
            version=self.versions[household],
            stamp=next(_STAMPS),
            code=f"O{household}",
            division=VILLAGE,
            state=HouseholdState.REGISTERED,
            household_type="general",
            members=members,
        )


def newest(batch: Sequence[RosterHousehold]) -> list[RosterHousehold]:
    """What the consumer hands on of a batch."""
    best: dict[UUID, RosterHousehold] = {}
    for one in batch:
        if one.household_id not in best or one.version > best[one.household_id].version:
            best[one.household_id] = one
    return list(best.values())


moves = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, NOWHERE), st.booleans()), min_size=1, max_size=10)


@given(moves=moves, data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
async def test_everyone_lives_where_they_live(
    water: DepartmentSystem, moves: list[tuple[int, int, bool]], data: st.DataObject
) -> None:
    world = World()
    for person, to, reverse in moves:
        world.move(person, to, reverse=reverse)
    if not world.said:
        return
    heard = data.draw(st.permutations(world.said + data.draw(st.lists(st.sampled_from(world.said), max_size=4))))
    size = data.draw(st.integers(1, 5))
    connection = await asyncpg.connect(water.database.admin_url)
    try:
        for start in range(0, len(heard), size):
            async with connection.transaction():
                await apply_roster(connection, newest(heard[start : start + size]))
        rows = await connection.fetch(
            "SELECT member_id, household_id, active FROM roster_member WHERE member_id = ANY($1)", world.people
        )
        held = {row["member_id"]: row["household_id"] for row in rows if row["active"]}
    finally:
        await connection.close()
    expected = {world.people[person]: world.ids[home] for person, home in world.home.items() if home != NOWHERE}
    assert held == expected


async def test_who_left_is_gone_though_an_older_word_of_another_home_comes_with_it(water: DepartmentSystem) -> None:
    world = World()
    for to in (0, 1, NOWHERE):
        world.move(0, to, reverse=False)
    first_home, _, second_home, left = world.said
    connection = await asyncpg.connect(water.database.admin_url)
    try:
        for batch in ([second_home], [left, first_home]):
            async with connection.transaction():
                await apply_roster(connection, batch)
        active = await connection.fetchval("SELECT active FROM roster_member WHERE member_id = $1", world.people[0])
    finally:
        await connection.close()
    assert active is False
