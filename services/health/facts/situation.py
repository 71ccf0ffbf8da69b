"""A household on a day: what every health rule looks at."""

from datetime import date, timedelta
from functools import cached_property

from services.health.facts.holdings import Holdings
from shared.policy import Policy, PolicyView
from shared.roster.models import ON_REGISTER, RosterHousehold, RosterMember


class Situation:
    """The household, its health records, the policy of its place and year, and the day.

    A parameter is asked for only where a rule needs it, so that the facts name those they rest on and no others.
    """

    def __init__(self, household: RosterHousehold, holdings: Holdings, policy: Policy, on: date) -> None:
        self.household = household
        self.members: tuple[RosterMember, ...] = household.members
        self.holdings = holdings
        self.on = on
        self.year = on.year
        self.policy: PolicyView = policy.at(area=household.division, year=on.year)
        self.registered = household.state in ON_REGISTER
        """建档立卡: contract, examination and filing are owed to registered households, exited ones included (Y100)."""

    def day_of_year(self, key: str) -> date:
        """The day of this year that a policy parameter names."""
        month, day = self.policy.day(key)
        return date(self.year, month, day)

    def enrolment_deadline(self, member: RosterMember) -> date:
        """The day from which a missing enrolment of the year is a gap: the closing day, later for a newborn."""
        born = member.birth_date
        if born is None or born.year < self.year - 1:
            return self._closing_day
        return max(self._closing_day, born + timedelta(days=self.policy.whole("health.newborn_enrolment_days")))

    @cached_property
    def _closing_day(self) -> date:
        return self.day_of_year("health.enrolment_closing_day")

    @cached_property
    def serious_illness_insurance_required(self) -> bool:
        return self.policy.flag("health.serious_illness_insurance_required")

    @cached_property
    def filing_grace(self) -> timedelta:
        """From diagnosis to the day on which a serious illness should have been filed."""
        return timedelta(days=self.policy.whole("health.serious_illness_filing_days"))
