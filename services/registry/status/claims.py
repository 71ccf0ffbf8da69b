"""What all departments say is so of one household, found by kind and by member."""

from collections.abc import Collection, Sequence
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

    def of_everybody(self, kind: StandingKind) -> Claim | None:
        """The first of the claims that together hold of every member, with the records of them all."""
        claims = self.of(kind)
        named = {member for claim in claims for member in self._whom(claim)}
        if not claims or not self.home.member_ids <= named:
            return None
        evidence = tuple(record for claim in claims for record in claim.standing.evidence)
        return Claim(claims[0].department, claims[0].standing.model_copy(update={"evidence": evidence}))

    def by_member(self, kind: StandingKind) -> dict[UUID, list[Claim]]:
        """The claims about each present member; one of the whole household is about everyone."""
        found: dict[UUID, list[Claim]] = {}
        for claim in self.of(kind):
            for member in self._whom(claim):
                if member in self.people:
                    found.setdefault(member, []).append(claim)
        return found

    def _whom(self, claim: Claim) -> Collection[UUID]:
        """Whom the claim is about; nobody where it does not say of whom."""
        standing = claim.standing
        return standing.members if standing.members or standing.persons is not None else tuple(self.people)

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
