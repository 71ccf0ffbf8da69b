"""What the registry itself says of a household, in the status's own terms."""

from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from services.registry.status.income import income_part
from services.registry.status.models import (
    REGISTRY,
    Causes,
    Income,
    Lifecycle,
    Members,
    Place,
    Source,
    StatusMember,
)
from services.registry.status.parameters import StatusRules
from services.registry.status.said import instant
from shared.facts.models import UsedParameter
from shared.roster.models import RosterHousehold, RosterMember

_IncomeParts = tuple[Income, tuple[UsedParameter, ...]]


@dataclass(frozen=True)
class Home:
    """One version of a household. What follows from it alone is worked out once and kept."""

    household: RosterHousehold
    incomes: dict[StatusRules, _IncomeParts] = field(default_factory=dict, compare=False, repr=False)
    """The income part under the rules in force."""
    encoded: dict[str, tuple[bytes, int]] = field(default_factory=dict, compare=False, repr=False)
    """Parts as they stand in a body, with their checksums."""

    @cached_property
    def source(self) -> Source:
        return Source(department=REGISTRY, version=self.household.version, as_of=instant(self.household.as_of))

    @cached_property
    def place(self) -> Place:
        household = self.household
        return Place(division=household.division, village_class=household.village_class, source=self.source)

    @cached_property
    def lifecycle(self) -> Lifecycle:
        household = self.household
        return Lifecycle(
            state=household.state,
            since=household.state_since,
            household_type=household.household_type,
            monitoring_category=household.monitoring_category,
            categories=household.categories,
            merged_into=household.merged_into,
            source=self.source,
        )

    @cached_property
    def members(self) -> Members:
        """The head first, then in the order of their ids."""
        people = sorted(self.household.members, key=lambda one: (one.relation != "head", one.member_id))
        return Members(
            count=len(people),
            items=tuple(
                StatusMember(
                    member_id=member.member_id,
                    name=member.name,
                    sex=member.sex,
                    birth_date=member.birth_date,
                    relation=member.relation,
                )
                for member in people
            ),
            source=self.source,
        )

    @cached_property
    def member_ids(self) -> frozenset[UUID]:
        return frozenset(member.member_id for member in self.household.members)

    @cached_property
    def people(self) -> dict[UUID, RosterMember]:
        return {member.member_id: member for member in self.household.members}

    @cached_property
    def causes(self) -> Causes:
        return Causes(codes=self.household.causes, source=self.source)

    def income(self, rules: StatusRules) -> _IncomeParts:
        """Income against the lines, and the parameters that were asked for."""
        found = self.incomes.get(rules)
        if found is None:
            self.incomes.clear()  # the rules of an earlier policy are not asked for again
            found = self.incomes[rules] = income_part(self.household, rules, source=self.source)
        return found
