"""A household on a day: what every employment rule looks at."""

from datetime import date
from functools import cached_property
from uuid import UUID

from services.employment.facts.holdings import Holdings
from services.employment.facts.spells import Spell
from shared.identity import birthday
from shared.policy import Policy, PolicyView
from shared.roster.models import ON_REGISTER, HouseholdState, RosterHousehold, RosterMember


class Situation:
    """The household, its employment records, the policy of its place and year, and the day."""

    def __init__(self, household: RosterHousehold, holdings: Holdings, policy: Policy, on: date) -> None:
        self.household = household
        self.members: tuple[RosterMember, ...] = household.members
        self.holdings = holdings
        self.on = on
        self.year = on.year
        self.policy: PolicyView = policy.at(area=household.division, year=on.year)
        self.registered = household.state in ON_REGISTER
        self.monitored = household.state is HouseholdState.MONITORED
        """监测户: its risk is open."""

    @property
    def state_since(self) -> date:
        """The day from which the household is in its state; where not known, the year's first."""
        return self.household.state_since or date(self.year, 1, 1)

    def ability(self, member: RosterMember) -> str | None:
        """劳动技能: as the newest profile says, else as registered; None: not known."""
        profile = self.holdings.profiles.get(member.member_id)
        return member.labour_skill if profile is None else profile.content.ability

    def is_unable(self, ability: str | None) -> bool:
        """丧失劳动力、无劳动力: an ability that is known, and is no labour."""
        return ability is not None and ability not in self._abilities

    @cached_property
    def _abilities(self) -> tuple[str, ...]:
        return self.policy.codes("employment.labour_abilities")

    @cached_property
    def labourers(self) -> tuple[RosterMember, ...]:
        """Members of working age who can work, some or fully, and are not at school."""
        return tuple(one for one in self._of_age if one.student_status is None and self.ability(one) in self._abilities)

    @cached_property
    def nobody_can_work(self) -> bool:
        """Whether every member is known to be unable, a child or at school; what is not known is not unable."""
        return bool(self.members) and all(
            one.student_status is not None
            or self.is_unable(self.ability(one))
            or ((day := self._of_age_on(one)) is not None and day > self.on)
            for one in self.members
        )

    @cached_property
    def full_labourers(self) -> tuple[RosterMember, ...]:
        """The labourers of full ability."""
        abilities = self.policy.codes("employment.full_labour_abilities")
        return tuple(one for one in self.labourers if self.ability(one) in abilities)

    @cached_property
    def _of_age(self) -> tuple[RosterMember, ...]:
        return tuple(one for one in self.members if (day := self._of_age_on(one)) is not None and day <= self.on)

    @cached_property
    def days_of_age(self) -> tuple[date, ...]:
        """The days on which members reach working age, past or to come."""
        return tuple(day for one in self.members if (day := self._of_age_on(one)) is not None)

    def _of_age_on(self, member: RosterMember) -> date | None:
        return None if member.birth_date is None else birthday(member.birth_date, self._working_age)

    @cached_property
    def _working_age(self) -> int:
        return self.policy.whole("employment.working_age_least")

    @cached_property
    def at_work(self) -> dict[UUID, list[Spell]]:
        """Who works on the day, by records, and where."""
        found = {one.member_id: self.holdings.working(one.member_id, self.on) for one in self.members}
        return {member_id: spells for member_id, spells in found.items() if spells}

    @property
    def has_worked(self) -> bool:
        """Whether any work of a member is recorded, reported or registered, of whatever year."""
        reports = (report.content for report in self.holdings.years.values())
        return (
            bool(self.holdings.spells)
            or any(one.work_months + one.post_months for one in reports)
            or any(one.work_months for one in self.members)
        )

    def works_by_roster(self, member: RosterMember) -> bool:
        """Whether the report of the year, or else the register, tells of work, for a member without any spell here."""
        if member.member_id in self.holdings.spells:
            return False
        report = self.holdings.years.get((member.member_id, self.year))
        return bool(member.work_months if report is None else report.content.work_months + report.content.post_months)
