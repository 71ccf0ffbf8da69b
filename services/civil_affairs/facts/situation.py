"""A household on a day: what every rule of civil affairs looks at."""

from datetime import date

from shared.facts.present import PresentRecords
from shared.policy import Policy, PolicyView
from shared.records import Records
from shared.roster.models import RosterHousehold, RosterMember


class Situation:
    """The household, its records, the policy of its place and year, and the day.

    `records` are all current ones, those of the household itself among them; `held` are those of present members.
    A parameter is asked for only where a rule needs it, so that the facts name those they rest on and no others.
    """

    def __init__(self, household: RosterHousehold, records: Records, policy: Policy, on: date) -> None:
        self.household = household
        self.members: tuple[RosterMember, ...] = household.members
        self.present = tuple(member.member_id for member in household.members)
        self.records = records
        self.held = PresentRecords(records, household).of
        self.on = on
        self.year = on.year
        self.policy: PolicyView = policy.at(area=household.division, year=on.year)
