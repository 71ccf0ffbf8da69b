"""The dibao that civil affairs pays, against the income year that the registry holds."""

from decimal import Decimal
from uuid import UUID

from services.registry.status.claims import Claim, Claims
from services.registry.status.models import REGISTRY, SignalSide
from shared.roster.models import RosterIncome

MONTHS = 12
_Sides = tuple[SignalSide, SignalSide]


def income_above_standard(claims: Claims, award: Claim) -> _Sides | None:
    """Receives dibao with an income per person, without that dibao, at the standard of the income's year or above it.

    Of awards to a household, or to some of it: one person's dibao is granted above the standard, for illness or
    disability; and an award that is phased out is so because of that income.
    """
    income, rules, said = claims.household.income, claims.rules, award.standing.params
    if income is None or (award.standing.members and said.get("scope") != "household"):
        return None
    if said.get("stage") == "phasing_out":
        return None
    standard = rules.dibao(claims.household.division, income.year).standard
    if standard is None:
        return None
    try:
        own = income.per_capita - (income.dibao or Decimal(0)) / max(len(claims.household.members), 1)
    except ArithmeticError:
        return None  # far outside what money is
    if own < standard:
        return None
    params = {"per_capita": str(income.per_capita), "without_dibao": f"{own:.2f}", "standard": str(standard)}
    return award.side, _income(income, params)


def amount_against_income(claims: Claims, award: Claim) -> _Sides | None:
    """What the income year books as dibao is not what is paid: for an award that ran through the whole of that year."""
    income, standing, rules = claims.household.income, award.standing, claims.rules
    if income is None or income.dibao is None or standing.amount is None or standing.since is None:
        return None
    if standing.since.year >= income.year:
        return None
    tolerance = rules.dibao(claims.household.division, income.year).tolerance
    if tolerance is None:
        return None
    try:
        paid = standing.amount * MONTHS
        if abs(paid - income.dibao) <= paid * tolerance:
            return None
    except ArithmeticError:
        return None  # far outside what money is
    return award.side, _income(income, {"booked": str(income.dibao), "paid_a_year": str(paid)})


def _income(income: RosterIncome, params: dict[str, str]) -> SignalSide:
    evidence: tuple[UUID, ...] = (income.record_id,) if income.record_id is not None else ()
    return SignalSide(
        department=REGISTRY, says="income", evidence=evidence, params={**params, "year": str(income.year)}
    )
