"""What the departments have said, in one order and with what has expired marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from services.registry.status.models import Source
from shared.clock import CHINA
from shared.facts.models import Facts, FactsSnapshot


@dataclass(frozen=True, slots=True)
class Said:
    """One department's facts on the day asked for."""

    department: str
    facts: Facts
    source: Source
    stale: bool
    """On or after `valid_until`: the same records would say something else by now."""


def said_by(facts: Mapping[str, FactsSnapshot], on: date) -> tuple[Said, ...]:
    """All departments in the order of their names, whatever the order they came in."""
    return tuple(
        Said(
            department=department,
            facts=snapshot.facts,
            source=Source(department=department, version=snapshot.version, as_of=instant(snapshot.facts.as_of)),
            stale=snapshot.facts.valid_until is not None and snapshot.facts.valid_until <= on,
        )
        for department, snapshot in sorted(facts.items())
    )


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
