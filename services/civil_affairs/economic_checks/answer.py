"""The answer to an economic check, made of the roster, this department's facts and the policy. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from services.civil_affairs.economic_checks.schemas import (
    CheckedHousehold,
    CheckedPerson,
    Finding,
    Lines,
    RegisteredIncome,
    StatedPerson,
)
from shared.facts.models import Facts, StandingKind
from shared.identity import age_on
from shared.policy import PolicyView
from shared.roster.models import ON_REGISTER, RosterHousehold, RosterMember

_CENT = Decimal("0.01")

Homes = Mapping[int, tuple[UUID, UUID]]
"""Member and household of each stated person that is known, by the place in the question."""


def lines_of(policy: PolicyView) -> Lines:
    standard = policy.number("civil_affairs.dibao_standard")
    return Lines(standard=standard, edge=standard * policy.number("civil_affairs.edge_multiple"))


def stated_persons(count: int, homes: Homes, household: RosterHousehold | None) -> tuple[StatedPerson, ...]:
    """Whom the application names; of who lives elsewhere nothing is said but that."""
    here = None if household is None else household.household_id
    return tuple(
        StatedPerson(position=position, known=False)
        if (home := homes.get(position)) is None
        else StatedPerson(position=position, known=True, member_id=home[0], same_household=home[1] == here)
        for position in range(count)
    )


def checked_household(household: RosterHousehold, stated: Sequence[StatedPerson], on: date) -> CheckedHousehold:
    named = {one.member_id for one in stated if one.same_household}
    return CheckedHousehold(
        household_id=household.household_id,
        code=household.code,
        division=household.division,
        state=household.state.value,
        state_since=household.state_since,
        household_type=household.household_type,
        monitoring_category=household.monitoring_category,
        causes=household.causes,
        as_of=household.as_of,
        income=_income(household),
        members=tuple(
            _person(member, stated=member.member_id in named if stated else None, on=on) for member in household.members
        ),
    )


def findings(
    household: RosterHousehold | None,
    facts: Facts,
    stated: Sequence[StatedPerson],
    declared: Decimal | None,
    policy: PolicyView | None,
) -> Iterator[Finding]:
    """What an official should look at, in the order of the code list; nothing of it decides the case."""
    if household is None or policy is None:
        yield Finding(code="unknown_to_registry")
    else:
        if household.state not in ON_REGISTER:
            yield Finding(code="not_registered", params={"state": household.state.value})
        yield from _of_income(household, declared, policy)
        yield from _of_members(household, stated)
    if elsewhere := [str(one.position) for one in stated if one.known and not one.same_household]:
        yield Finding(code="stated_in_other_household", params={"positions": ",".join(elsewhere)})
    kinds = {standing.kind for standing in facts.standings}
    for kind, code in (
        (StandingKind.DIBAO, "already_in_dibao"),
        (StandingKind.TEKUN, "already_in_tekun"),
        (StandingKind.DECEASED, "member_deceased"),
    ):
        if kind in kinds:
            yield Finding(code=code)


def _of_income(household: RosterHousehold, declared: Decimal | None, policy: PolicyView) -> Iterator[Finding]:
    income = _income(household)
    if income is None:
        yield Finding(code="income_unknown")
        return
    if income.concept not in policy.codes("civil_affairs.comparable_income_concepts"):
        yield Finding(code="income_not_comparable", params={"concept": income.concept})
        return
    lines = lines_of(policy)
    params = {"income": str(income.without_dibao), "year": str(income.year), "standard": str(lines.standard)}
    if income.without_dibao < lines.standard:
        yield Finding(code="income_below_standard", params=params)
    elif income.without_dibao < lines.edge:
        yield Finding(code="income_on_the_edge", params=params)
    else:
        yield Finding(code="income_above_edge", params=params)
    allowed = lines.standard * policy.number("civil_affairs.income_tolerance")
    if declared is not None and abs(declared - income.without_dibao) > allowed:
        yield Finding(code="declared_income_differs", params={**params, "declared": str(declared)})


def _of_members(household: RosterHousehold, stated: Sequence[StatedPerson]) -> Iterator[Finding]:
    named = {one.member_id for one in stated}
    if stated and (silent := [member for member in household.members if member.member_id not in named]):
        yield Finding(code="member_not_stated", params={"persons": str(len(silent))})
    if working := [member for member in household.members if member.work_months]:
        yield Finding(code="member_works", params={"persons": str(len(working))})


def _income(household: RosterHousehold) -> RegisteredIncome | None:
    income = household.income
    if income is None:
        return None
    booked = income.dibao or Decimal("0.00")
    without = income.per_capita - booked / max(len(household.members), 1)
    return RegisteredIncome(
        year=income.year,
        concept=income.concept,
        per_capita=income.per_capita,
        dibao_a_year=income.dibao,
        without_dibao=without.quantize(_CENT, ROUND_HALF_UP),
    )


def _person(member: RosterMember, *, stated: bool | None, on: date) -> CheckedPerson:
    born = member.birth_date
    return CheckedPerson(
        member_id=member.member_id,
        name=member.name,
        relation=member.relation,
        age=None if born is None else age_on(born, on),
        stated=stated,
        labour_skill=member.labour_skill,
        work_months=member.work_months,
        student_status=member.student_status,
        health_status=member.health_status,
        disability_type=member.disability_type,
        disability_grade=member.disability_grade,
    )
