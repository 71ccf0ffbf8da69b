"""A household on a day: what every housing rule looks at."""

from datetime import date
from functools import cached_property

from services.housing.facts.holdings import Holdings
from services.housing.facts.houses import House, houses
from services.housing.facts.moves import Move, last_move
from shared.facts.models import UsedParameter
from shared.policy import Policy, PolicyView
from shared.roster.models import ON_REGISTER, HouseholdState, RosterHousehold

_EXITED = frozenset({HouseholdState.EXITED, HouseholdState.MONITORED})


class Situation:
    """The household, its housing records, the policy of its place, and the day.

    A thing is judged by the policy of the year in which it happened, so that a new term does not make an old payment
    late. A parameter is asked for only where a rule needs it: the facts name those they rest on and no others.
    """

    def __init__(self, household: RosterHousehold, holdings: Holdings, policy: Policy, on: date) -> None:
        self.household = household
        self.members = tuple(member.member_id for member in household.members)
        self.holdings = holdings
        self.on = on
        self.registered = household.state in ON_REGISTER
        """建档立卡: exited households too (Y100)."""
        self.exited = household.state in _EXITED
        self._policy = policy
        self._views: dict[int, PolicyView] = {}

    def policy_of(self, year: int | None = None) -> PolicyView:
        """The policy of a year, of this one at the latest."""
        year = self.on.year if year is None else min(year, self.on.year)
        if year not in self._views:
            self._views[year] = self._policy.at(area=self.household.division, year=year)
        return self._views[year]

    def whole(self, key: str, year: int | None = None) -> int:
        return self.policy_of(year).whole(key)

    @cached_property
    def houses(self) -> list[House]:
        return houses(self.holdings)

    @cached_property
    def move(self) -> Move | None:
        return last_move(self.holdings)

    @property
    def parameters(self) -> tuple[UsedParameter, ...]:
        """All that was asked for, in order of key and year."""
        used = {(one.key, one.year, one.area): one for view in self._views.values() for one in view.used}
        return tuple(used[place] for place in sorted(used))
