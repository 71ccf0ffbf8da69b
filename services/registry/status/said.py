"""What the departments have said, in one order, in the status's own terms, and with what has expired marked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from uuid import UUID

from services.registry.status.models import BenefitBatch, Figure, GuaranteePart, Source, StatusBenefit, StatusSignal
from shared.clock import CHINA
from shared.facts.models import Batch, Facts, FactsSnapshot, Guarantee, GuaranteeItem, Standing, StandingKind


@dataclass(frozen=True)
class Said:
    """One department's facts on the day asked for. What follows from them alone is worked out once and kept."""

    department: str
    facts: Facts
    source: Source
    stale: bool
    """On or after `valid_until`: the same records would say something else by now."""
    alone: dict[GuaranteeItem, GuaranteePart] = field(default_factory=dict, compare=False, repr=False)
    """The guarantees on which nobody else speaks, once merged."""
    batches_alone: dict[Batch, BenefitBatch] = field(default_factory=dict, compare=False, repr=False)
    """The batches in which nobody else gives anything."""

    @classmethod
    def of(cls, snapshot: FactsSnapshot, on: date) -> "Said":
        facts = snapshot.facts
        source = Source(department=snapshot.department, version=snapshot.version, as_of=instant(facts.as_of))
        return cls(snapshot.department, facts, source, stale=is_stale(facts, on))

    @cached_property
    def words(self) -> dict[GuaranteeItem, tuple[Guarantee, ...]]:
        """What is said of each guarantee."""
        words: dict[GuaranteeItem, tuple[Guarantee, ...]] = {}
        for word in self.facts.guarantees:
            words[word.item] = (*words.get(word.item, ()), word)
        return words

    @cached_property
    def benefits(self) -> dict[Batch, tuple[StatusBenefit, ...]]:
        found: dict[Batch, tuple[StatusBenefit, ...]] = {}
        for benefit in self.facts.benefits:
            one = StatusBenefit(
                programme=benefit.programme,
                members=tuple(sorted(benefit.members)),
                persons=benefit.persons,
                amount=benefit.amount,
                period=benefit.period,
                evidence=tuple(sorted(benefit.evidence)),
                stale=self.stale,
                source=self.source,
            )
            found[benefit.batch] = (*found.get(benefit.batch, ()), one)
        return found

    @cached_property
    def signals(self) -> tuple[StatusSignal, ...]:
        """One that has expired stays open, marked stale, until its department clears it."""
        return tuple(
            StatusSignal(
                code=signal.code,
                severity=signal.severity,
                since=signal.since,
                members=tuple(sorted(signal.members)),
                evidence=tuple(sorted(signal.evidence)),
                params=dict(sorted(signal.params.items())),
                sides=(),
                remedy=None,
                stale=self.stale,
                source=self.source,
            )
            for signal in self.facts.signals
        )

    @cached_property
    def standings(self) -> dict[StandingKind, tuple[Standing, ...]]:
        """What is said to be so of persons or of the household; nothing once the facts have expired."""
        found: dict[StandingKind, tuple[Standing, ...]] = {}
        for standing in () if self.stale else self.facts.standings:
            found[standing.kind] = (*found.get(standing.kind, ()), standing)
        return found

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(
            Figure(code=code, value=value, stale=self.stale, source=self.source)
            for code, value in self.facts.figures.items()
        )

    @cached_property
    def named(self) -> frozenset[UUID]:
        """Every person that the department speaks of."""
        facts = self.facts
        named = {reason.member_id for word in facts.guarantees for reason in word.reasons if reason.member_id}
        named.update(member for benefit in facts.benefits for member in benefit.members)
        named.update(member for signal in facts.signals for member in signal.members)
        # The dead have left the household, and that is no contradiction.
        alive = (standing for standing in facts.standings if standing.kind is not StandingKind.DECEASED)
        named.update(member for standing in alive for member in standing.members)
        return frozenset(named)


def said_by(facts: Mapping[str, FactsSnapshot], on: date) -> tuple[Said, ...]:
    """All departments in the order of their names, whatever the order they came in."""
    return tuple(Said.of(facts[department], on) for department in sorted(facts))


def is_stale(facts: Facts, on: date) -> bool:
    return facts.valid_until is not None and facts.valid_until <= on


def instant(moment: datetime | None) -> datetime | None:
    """The moment in UTC; one written without an offset is taken as UTC."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)  # the first or the last day of the calendar


def day_of(moment: datetime | None) -> date | None:
    """The day in China."""
    if moment is None:
        return None
    try:
        return moment.astimezone(CHINA).date()
    except OverflowError:
        return moment.date()
