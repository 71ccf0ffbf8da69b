"""What the health department says of one household on one day. Pure: no clock, no database.

`facts` is the whole of it: the guarantee of basic medical care, the medical benefits in force, the open signals, the
figures of the year, and the first day on which the same records would say something else.
"""

from datetime import date

from services.health.facts.benefits import benefits
from services.health.facts.figures import figures
from services.health.facts.guarantee import basic_medical, gaps
from services.health.facts.holdings import Holdings
from services.health.facts.notices import notices
from services.health.facts.situation import Situation
from services.health.facts.standings import standings
from shared.facts.findings import first_turn
from shared.facts.models import Facts
from shared.policy import Policy
from shared.records import Records
from shared.roster.models import RosterHousehold


def facts(household: RosterHousehold, records: Records, policy: Policy, on: date) -> Facts:
    """The household's facts on a day in China.

    A household of which nothing is recorded gets empty facts: nothing said is never `met`. Gaps and notices are found
    for the whole year, those that are to come too: so the first day on which one of them begins or ends is the day
    until which the facts are valid. The turn of the year ends them in any case: they name the year they speak of.
    """
    if not records:
        return Facts()
    situation = Situation(household, Holdings.of(records, household), policy, on)
    found_gaps = gaps(situation)
    found_notices = notices(situation, found_gaps)
    turns = [first_turn(found_gaps, after=on), first_turn(found_notices, after=on)]
    if situation.members:
        turns.append(date(on.year + 1, 1, 1))
    return Facts(
        valid_until=min((day for day in turns if day is not None), default=None),
        guarantees=(basic_medical(situation, found_gaps),),
        benefits=tuple(benefits(situation)),
        standings=tuple(standings(situation)),
        signals=tuple(notice.signal("health_signal") for notice in found_notices if notice.is_open(on)),
        figures=figures(situation),
        parameters=situation.policy.used,
    )
