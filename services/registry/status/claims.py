"""What all departments say is so of one household, found by kind and by member."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from services.registry.status.home import Home
from services.registry.status.models import SignalSide
from services.registry.status.parameters import StatusRules
from services.registry.status.said import Said
from shared.facts.models import GuaranteeItem, GuaranteeState, Standing, StandingKind
from shared.roster.models import RosterHousehold, RosterMember


@dataclass(frozen=True, slots=True)
class Claim:
    """One standing, and the department that says it."""

    department: str
    standing: Standing

    @property
    def side(self) -> SignalSide:
        one = self.standing
        return SignalSide(
            department=self.department,
            says=one.kind.value,
            since=one.since,
            evidence=tuple(sorted(one.evidence)),
            params=dict(sorted(one.params.items())),
        )


@dataclass(frozen=True)
class Claims:
    """The household as the registry has it, and what the departments say; what has expired is not among it."""

    home: Home
    said: Sequence[Said]
    rules: StatusRules

    @property
    def household(self) -> RosterHousehold:
        return self.home.household

    @property
    def people(self) -> dict[UUID, RosterMember]:
        return self.home.people

    @cached_property
    def by_kind(self) -> dict[StandingKind, list[Claim]]:
        found: dict[StandingKind, list[Claim]] = {}
        for one in self.said:
            for kind, standings in one.standings.items():
                found.setdefault(kind, []).extend(Claim(one.department, standing) for standing in standings)
        return found

    @cached_property
    def kinds(self) -> frozenset[StandingKind]:
        return frozenset(self.by_kind)

    def of(self, kind: StandingKind) -> Sequence[Claim]:
        return self.by_kind.get(kind, ())

    def of_whole(self, kind: StandingKind) -> list[Claim]:
        """Those that hold of every member."""
        everybody = self.home.member_ids
        return [
            claim for claim in self.of(kind) if not claim.standing.members or everybody <= set(claim.standing.members)
        ]

    def by_member(self, kind: StandingKind) -> dict[UUID, Claim]:
        """The first claim about each present member; one of the whole household is about everyone."""
        found: dict[UUID, Claim] = {}
        for claim in self.of(kind):
            for member in claim.standing.members or tuple(self.people):
                if member in self.people:
                    found.setdefault(member, claim)
        return found

    @cached_property
    def spoken_twice(self) -> tuple[GuaranteeItem, ...]:
        """The guarantees of which more than one department speaks."""
        items = [item for one in self.said if not one.stale for item in one.words]
        return tuple(item for item in GuaranteeItem if items.count(item) > 1) if len(items) > 1 else ()

    def words(self, item: GuaranteeItem, state: GuaranteeState) -> list[SignalSide]:
        """Who says this of a guarantee, by which records."""
        return [
            SignalSide(department=one.department, says=f"guarantee_{state}", evidence=tuple(sorted(word.evidence)))
            for one in self.said
            if not one.stale
            for word in one.words.get(item, ())
            if word.state is state
        ]
