"""The one place where a household's status is worked out: pure, total, the same for the same inputs (M45, SYS01)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import MAXYEAR, date

from services.registry.status.benefits import benefit_batches, figures, stated_day, stated_number
from services.registry.status.claims import Claims
from services.registry.status.contradictions import contradictions
from services.registry.status.guarantees import five_flags, guarantee_parts
from services.registry.status.home import Home
from services.registry.status.models import HouseholdStatus
from services.registry.status.parameters import StatusRules
from services.registry.status.proposals import proposals
from services.registry.status.risk import risk_part
from services.registry.status.said import Said, said_by
from services.registry.status.signals import department_signals, in_order, registry_signals
from shared.facts.models import FactsSnapshot, UsedParameter
from shared.policy import Policy
from shared.roster.models import HouseholdState, RosterHousehold


def unify(
    household: RosterHousehold, facts: Mapping[str, FactsSnapshot], policy: Policy | StatusRules, on: date
) -> HouseholdStatus:
    """The unified status of the household on the day.

    `facts` are the newest snapshots by department; a department that has said nothing is missing from it, and what it
    would answer for is `unknown`. Facts past their `valid_until` are `unknown` as well, never `met`. Raises nothing.
    """
    rules = policy if isinstance(policy, StatusRules) else StatusRules(policy)
    return unify_parts(Home(household), said_by(facts, on), rules, on)


def unify_parts(home: Home, said: Sequence[Said], rules: StatusRules, on: date) -> HouseholdStatus:
    """The same from prepared parts; `said` is in the order of the departments' names, as `said_by` gives it."""
    household, source = home.household, home.source
    income, parameters = home.income(rules)
    risk_rules = rules.risk(household.division, on.year)
    guarantees = guarantee_parts(said)
    batches = benefit_batches(said)
    signals = department_signals(said)
    risk = risk_part(
        household.state, income=income, guarantees=guarantees, signals=signals, rules=risk_rules, source=source
    )
    own_signals = registry_signals(
        home, income=income, guarantees=guarantees, batches=batches, said=said, dibao_types=risk_rules.dibao_types
    )
    closed = household.state is HouseholdState.CLOSED
    found = [] if closed else contradictions(Claims(home, said, rules), source)
    return HouseholdStatus(
        household_id=household.household_id,
        code=household.code,
        valid_until=_valid_until(said, rules.next_change(household.division, on.year)),
        place=home.place,
        lifecycle=home.lifecycle,
        members=home.members,
        causes=home.causes,
        income=income,
        guarantees=guarantees,
        five=five_flags(guarantees),
        benefits=batches,
        signals=in_order([*signals, *own_signals, *found]),
        risk=risk,
        proposals=proposals(household.state, income=income, guarantees=guarantees, risk=risk, source=source),
        helper=stated_number(said, "helper"),
        last_visit=stated_day(said, "last_visit"),
        plan=stated_number(said, "plan"),
        paid_this_year=stated_number(said, "paid_this_year"),
        figures=figures(said),
        parameters=_parameters([*parameters, *risk_rules.used], said),
    )


def _parameters(own: Iterable[UsedParameter], said: Sequence[Said]) -> tuple[UsedParameter, ...]:
    """What the registry's own results and the departments' facts rest on, each named once."""
    of_departments = (used for one in said if not one.stale for used in one.facts.parameters)
    return tuple({(one.key, one.area, one.year): one for one in (*own, *of_departments)}.values())


def _valid_until(said: Sequence[Said], rules_change_in: int | None) -> date | None:
    """Facts that have already expired say nothing more by themselves; those still valid will expire."""
    days = [one.facts.valid_until for one in said if one.facts.valid_until is not None and not one.stale]
    if rules_change_in is not None and rules_change_in <= MAXYEAR:
        days.append(date(rules_change_in, 1, 1))
    return min(days, default=None)
