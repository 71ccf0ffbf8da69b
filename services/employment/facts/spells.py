"""Spells of work: the days on which a person worked, in a placement or a public-welfare post."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from uuid import UUID

from services.employment.records.placements import Placement
from services.employment.records.public_welfare_posts import PublicWelfarePost
from shared.codes import code_list
from shared.facts.present import Held

DAY = timedelta(days=1)
MONTHS = 12


class Work(Enum):
    PLACEMENT = "placement"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Spell:
    """One person's work without a break; `last` is the last day of it, None while it goes on without an end in sight.

    `wage` is yuan a month. `lost`: its end, if it comes, is a loss of work and no step to other work.
    """

    work: Work
    first: date
    last: date | None
    wage: Decimal | None
    stable: bool
    lost: bool
    record_id: UUID

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def months(self, year: int, *, up_to: date) -> set[int]:
        """The months of the year in which there was work, up to a day of it."""
        start = max(self.first, date(year, 1, 1))
        end = min(day for day in (self.last, up_to, date(year, MONTHS, 31)) if day is not None)
        return set(range(start.month, end.month + 1)) if start <= end else set()


def placement_spell(row: Held[Placement]) -> Spell:
    placement = row.content
    reason = placement.end_reason
    return Spell(
        work=Work.PLACEMENT,
        first=placement.started_on,
        last=placement.ended_on,
        wage=placement.monthly_wage,
        stable=code_list("work_arrangement")[placement.arrangement].attributes["stable"] == "yes",
        lost=reason is None or code_list("work_end_reason")[reason].attributes["lost"] == "yes",
        record_id=row.id,
    )


def post_spell(row: Held[PublicWelfarePost]) -> Spell:
    """A post ends by contract or earlier; either way its holder is without that income."""
    post = row.content
    return Spell(
        work=Work.POST,
        first=post.started_on,
        last=post.last_day,
        wage=post.monthly_subsidy,
        stable=True,
        lost=True,
        record_id=row.id,
    )


def months_worked(spells: Iterable[Spell], year: int, *, up_to: date) -> int:
    """Months of the year with any work; a month with two jobs is one month."""
    found: set[int] = set()
    for spell in spells:
        found |= spell.months(year, up_to=up_to)
    return len(found)


def earned(spells: Iterable[Spell], year: int, *, up_to: date, work: Work) -> Decimal | None:
    """Wages of the year so far, by the month; None where no wage of such work is recorded."""
    amounts = [
        spell.wage * len(spell.months(year, up_to=up_to))
        for spell in spells
        if spell.work is work and spell.wage is not None
    ]
    return sum(amounts, Decimal("0.00")) if amounts else None


def last_work(spells: Sequence[Spell]) -> Spell | None:
    """The spell that lasts longest; None where one has no end or there is none."""
    ended = [spell for spell in spells if spell.last is not None]
    if not ended or len(ended) < len(spells):
        return None
    return max(ended, key=lambda spell: (spell.last or spell.first, spell.first, spell.record_id))
