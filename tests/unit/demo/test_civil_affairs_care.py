"""The demo's care records: every schema and rule accepts them, of the people as they are; cases are planted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

import pytest

from ops.demo import load_profile, profile_names
from ops.demo.departments import civil_affairs_care, civil_affairs_facilities
from ops.demo.households import Household, households
from ops.demo.step import Document, Step
from services.civil_affairs import FOLDER
from services.civil_affairs.records.care import CARE_RECORD_TYPES
from shared.identity import NATION
from shared.policy import NATIONAL, load_defaults
from shared.policy.policy import Policy
from shared.records import RuleContext
from shared.roster.models import RosterMember

DAYS = (date(2025, 11, 21), date(2025, 1, 1), date(2024, 2, 29))


@dataclass(frozen=True, eq=False)
class Cared:
    """The people of a district, and what care holds of them."""

    households: Sequence[Household]
    steps: Sequence[Step]

    @classmethod
    def of(cls, name: str, today: date) -> "Cared":
        profile = load_profile(name)
        made = households(profile, today=today)
        found = (
            *civil_affairs_facilities.steps(profile, made, today=today),
            *civil_affairs_care.steps(profile, made, today=today),
        )
        return cls(made, found)

    def rows(self, name: str) -> Sequence[Document]:
        return next(step.rows for step in self.steps if step.path == f"/api/v1/civil_affairs/{name}:batch")

    @cached_property
    def people(self) -> dict[str, RosterMember]:
        return {
            one.id_number: RosterMember(
                member_id=UUID(int=0),
                name=one.name,
                id_hash=None,
                sex=one.sex,
                birth_date=one.birth_date,
                relation=one.relation,
            )
            for household in self.households
            for one in household.people
        }


@pytest.mark.parametrize("today", DAYS, ids=str)
@pytest.mark.parametrize("profile", profile_names())
def test_every_row_passes_schema_and_rules(profile: str, today: date) -> None:
    cared = Cared.of(profile, today)
    policy = Policy(load_defaults(NATIONAL, FOLDER / "policy")).at(area=NATION, year=today.year)
    seen = 0
    for record_type in CARE_RECORD_TYPES:
        keys = set()
        found = cared.rows(record_type.name)
        for row in found:
            record = record_type.create_adapter.validate_python(row)
            reference = record.reference()
            member = cared.people[reference.id_number] if reference.id_number else None
            context = RuleContext(household=None, member=member, policy=policy, today=today)
            for rule in record_type.rules:
                assert not list(rule(record, context)), (record_type.name, row)
            subject = reference.id_number or reference.division
            keys.add(record_type.key_of(record_type.content(record), str(subject)))
            seen += 1
        assert len(keys) == len(found), f"{record_type.name}: two rows with one natural key"
    assert seen > 100


def test_hanyang_has_every_kind_and_planted_cases() -> None:
    cared = Cared.of("hanyang", DAYS[0])
    counts = {one.name: len(cared.rows(one.name)) for one in CARE_RECORD_TYPES}
    assert all(counts.values()), counts
    assert sum(counts.values()) < 6000
    disabled = sum(person.disability is not None for one in cared.households for person in one.people)
    registered = sum("certificate_number" in row for row in cared.rows("disabled-persons"))
    assert 0 < disabled - registered < disabled / 10
    groups = Counter(str(row["left_behind_group"]) for row in cared.rows("left-behind-persons"))
    assert set(groups) == {"child", "woman", "elderly"}, groups
    decisions = Counter(str(row.get("decision", "pending")) for row in cared.rows("disability-subsidies"))
    assert decisions["granted"] > decisions["pending"] > 0
    without = [row for row in cared.rows("distressed-children") if row["child_class"] == "de_facto_unsupported"]
    assert any("allowance_from" in row for row in without)
