"""A household on a day: what every education rule looks at."""

from datetime import date, timedelta
from functools import cached_property

from services.education.facts.holdings import Holdings
from services.education.terms import CompulsoryAge, Term, term_on
from shared.policy import Policy, PolicyView
from shared.roster.models import ON_REGISTER, RosterHousehold, RosterMember


class Situation:
    """The household, its education records, the term of the day, the policy of its place and the term's year, the day.

    A parameter is asked for only where a rule needs it, so that the facts name those they rest on and no others.
    """

    def __init__(self, household: RosterHousehold, holdings: Holdings, policy: Policy, on: date) -> None:
        self.household = household
        self.members: tuple[RosterMember, ...] = household.members
        self.holdings = holdings
        self.on = on
        self.term: Term
        self.policy: PolicyView
        self.term, self.policy = term_on(policy.at(area=household.division, year=on.year), on)
        self.age = CompulsoryAge.of(self.policy)
        self.registered = household.state in ON_REGISTER
        """建档立卡, exited households included (Y100): aid is owed to them first (M20)."""

    @cached_property
    def in_need(self) -> bool:
        """M20 家庭经济困难学生: of a registered household, or of a type that the place aids as well."""
        if self.registered:
            return True
        types = self.policy.codes("education.aid_household_types")
        kinds = {self.household.household_type, *(one.kind.value for one in self.household.categories)}
        return not kinds.isdisjoint(types)

    @cached_property
    def registration_ends(self) -> date:
        """The day from which a missing enrolment of the term is late."""
        return self.term.start + timedelta(days=self.policy.whole("education.registration_days"))

    @cached_property
    def lawful_reasons(self) -> tuple[str, ...]:
        return self.policy.codes("education.lawful_absence_reasons")

    @property
    def term_params(self) -> dict[str, str]:
        return {"year": str(self.term.year), "term": self.term.name}
