"""Temporary relief as a benefit: of the year, for those in need (Y65)."""

from decimal import Decimal
from uuid import UUID

import pytest

from services.civil_affairs.records.relief_cases import RELIEF_CASES
from shared.roster.models import RosterMember
from shared.testing.pure import Stored, household, member, row
from tests.unit.civil_affairs.build import case, said


@pytest.mark.req("Y65")
def test_relief_of_the_year() -> None:
    fire = {"event": "fire", "event_on": "2020-03-01", "persons": 1, "amount": "1500"}
    given = row(RELIEF_CASES, None, **case(stage="completed", **fire, helped_on="2020-03-02"))
    earlier = row(RELIEF_CASES, None, **case(stage="completed", **fire, helped_on="2019-12-30"))
    facts = said(household(member()), given, earlier)
    (benefit,) = facts.benefits
    assert (benefit.programme, benefit.amount, benefit.evidence) == (
        "temporary_relief",
        Decimal(1500),
        (given[1].id,),
    )


@pytest.mark.req("Y65")
def test_relief_is_for_those_in_need() -> None:
    one, two, three = member(), member(), member()
    home = household(one, two, three)

    def helped(*cases: Stored) -> tuple[set[UUID], int | None]:
        (benefit,) = said(home, *cases).benefits
        return {*benefit.members}, benefit.persons

    def relief(persons: int, *named: RosterMember) -> Stored:
        fire = {"event": "fire", "event_on": "2020-03-01", "amount": "1500", "helped_on": "2020-03-02"}
        of = {"persons": persons, "members": [str(person.member_id) for person in named]}
        return row(RELIEF_CASES, None, **case(stage="completed", **fire, **of))

    everybody = {one.member_id, two.member_id, three.member_id}
    assert helped(relief(1, two)) == ({two.member_id}, None)
    assert helped(relief(1, two), relief(1, one)) == ({one.member_id, two.member_id}, None)
    assert helped(relief(3)) == (everybody, None)
    assert helped(relief(2)) == (set(), 2), "it is not said who"
    assert helped(relief(2), relief(1)) == (set(), 2), "the one may be of the two"
    assert helped(relief(2), relief(1, two)) == ({two.member_id}, 2)
    assert helped(relief(1), relief(1, two)) == ({two.member_id}, None)
    assert helped(relief(1, member())) == (set(), 0), "who was helped has left"
