"""What the employment department says of one household on one day. Pure: no clock, no database."""

from datetime import date

from shared.facts.models import Facts
from shared.policy import Policy
from shared.records import Records
from shared.roster.models import RosterHousehold


def facts(household: RosterHousehold, records: Records, policy: Policy, on: date) -> Facts:
    """The household's facts on a day in China."""
    return Facts()
