"""What the employment department says of one household on one day. Pure: no clock, no database.

`facts` is the whole of it: the employment benefits of the year, who works and who cannot, the open signals, the figures
of the year so far, and the first day on which the same records would say something else. Work guarantees nothing by
itself, so there is no guarantee among them.
"""

from collections.abc import Sequence
from datetime import date

from services.employment.facts.benefits import benefits
from services.employment.facts.contradictions import contradictions
from services.employment.facts.figures import figures
from services.employment.facts.holdings import Holdings
from services.employment.facts.notices import notices
from services.employment.facts.situation import Situation
from services.employment.facts.spells import DAY, MONTHS
from services.employment.facts.standings import standings
from shared.facts.findings import Notice, first_turn
from shared.facts.models import Facts, Signal
from shared.policy import Policy
from shared.records import Records
from shared.roster.models import RosterHousehold


def facts(household: RosterHousehold, records: Records, policy: Policy, on: date) -> Facts:
    """The household's facts on a day in China.

    Of a household of which nothing is recorded only the register speaks: a monitored household without any measure is
    what rule 15 looks for. But nobody known to work is not nobody in work, so nothing else is said of it.
    """
    situation = Situation(household, Holdings.of(records, household), policy, on)
    found = [*contradictions(situation)]
    if not records:
        return _by_the_register_alone(situation, found)
    found = [*notices(situation), *found]
    return Facts(
        valid_until=_valid_until(situation, found),
        benefits=tuple(benefits(situation)),
        standings=tuple(standings(situation)),
        signals=_signals(found, on),
        figures=figures(situation),
        parameters=situation.policy.used,
    )


def _by_the_register_alone(situation: Situation, found: Sequence[Notice]) -> Facts:
    if not situation.registered:
        return Facts()
    signals = _signals(found, situation.on)
    return Facts(
        valid_until=_valid_until(situation, found),
        signals=signals,
        parameters=situation.policy.used if signals else (),
    )


def _signals(found: Sequence[Notice], on: date) -> tuple[Signal, ...]:
    return tuple(notice.signal("employment_signal") for notice in found if notice.is_open(on))


def _valid_until(situation: Situation, found: Sequence[Notice]) -> date | None:
    turns = [*_turns(situation), first_turn(found, after=situation.on)]
    return min((day for day in turns if day is not None), default=None)


def _turns(situation: Situation) -> list[date]:
    """Days on which the same records say something else, besides those of the signals."""
    if not situation.members:
        return []
    on = situation.on
    days = [date(on.year + 1, 1, 1), *situation.days_of_age]
    if situation.at_work and on.month < MONTHS:
        days.append(date(on.year, on.month + 1, 1))
    for spells in situation.holdings.spells.values():
        for spell in spells:
            days += [day for day in (spell.first, None if spell.last is None else spell.last + DAY) if day is not None]
    return [day for day in days if day > on]
