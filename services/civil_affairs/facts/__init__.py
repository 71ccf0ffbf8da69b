"""What civil affairs says of one household on one day. Pure: no clock, no database.

The department has two sides, assistance and care; each says its part, and here they become one.
"""

from datetime import date

from services.civil_affairs.facts.assistance import assistance
from services.civil_affairs.facts.care import care
from services.civil_affairs.facts.situation import Situation
from shared.facts.findings import first_turn
from shared.facts.models import Facts
from shared.policy import Policy
from shared.records import Records
from shared.roster.models import RosterHousehold


def facts(household: RosterHousehold, records: Records, policy: Policy, on: date) -> Facts:
    """The household's facts on a day in China; of a household without records nothing is said.

    The turn of the year ends them in any case, because amounts and standards are those of a year.
    """
    if not records:
        return Facts()
    situation = Situation(household, records, policy, on)
    sides = (assistance(situation), care(situation))
    notices = [notice for side in sides for notice in side.notices]
    turns = [day for side in sides for day in side.turns if day > on]
    if household.members:
        turns.append(date(on.year + 1, 1, 1))
    if (turn := first_turn(notices, after=on)) is not None:
        turns.append(turn)
    return Facts(
        valid_until=min(turns, default=None),
        guarantees=tuple(guarantee for side in sides for guarantee in side.guarantees),
        benefits=tuple(benefit for side in sides for benefit in side.benefits),
        standings=tuple(standing for side in sides for standing in side.standings),
        signals=tuple(notice.signal("civil_affairs_signal") for notice in notices if notice.is_open(on)),
        figures={code: value for side in sides for code, value in side.figures.items()},
        parameters=situation.policy.used,
    )
