"""医疗救助扶持一批: the medical benefits that a household has in force on a day (M08, Y42–Y51, H24–H26)."""

from collections.abc import Iterator, Set
from decimal import Decimal
from uuid import UUID

from services.health.facts.situation import Situation
from shared.facts.models import Batch, Benefit

_LAYER_PROGRAMMES = {
    "serious_illness_insurance": "serious_illness_payment",
    "supplementary_insurance": "supplementary_payment",
    "medical_aid": "medical_aid",
    "other_aid": "other_medical_aid",
}
"""Layers of a bill that are a benefit of their own (Y43); basic insurance is everybody's."""


def benefits(situation: Situation) -> Iterator[Benefit]:
    """Programmes of the year and those that run, in the order of the code list `health_benefit`."""
    yield from _insurance_subsidy(situation)
    yield from _bill_layers(situation)
    yield from _treatments(situation)
    yield from _contracts(situation)
    yield from _health_cards(situation)
    yield from _fund_payments(situation)
    yield from _services(situation)


def _benefit(programme: str, members: Set[UUID], *, amount: Decimal | None = None, period: str) -> Iterator[Benefit]:
    """The benefit, if anybody has it."""
    if members:
        yield Benefit(
            programme=programme, batch=Batch.MEDICAL, members=tuple(sorted(members)), amount=amount, period=period
        )


def _insurance_subsidy(situation: Situation) -> Iterator[Benefit]:
    """Y42 个人缴费部分由财政给予补贴."""
    subsidies = {
        row.member_id: row.content.subsidy
        for row in situation.holdings.enrolments_of(situation.year)
        if row.content.subsidy
    }
    total = sum(subsidies.values(), Decimal("0.00"))
    yield from _benefit("insurance_subsidy", set(subsidies), amount=total, period=str(situation.year))


def _bill_layers(situation: Situation) -> Iterator[Benefit]:
    """Y43, H25, H26: what serious-illness and supplementary insurance and aid paid on the bills of the year."""
    bills = list(situation.holdings.bills_of(situation.year))
    for layer, programme in _LAYER_PROGRAMMES.items():
        paid = [(row.member_id, amount) for row in bills if (amount := getattr(row.content, layer))]
        total = sum((amount for _, amount in paid), Decimal("0.00"))
        yield from _benefit(programme, {member for member, _ in paid}, amount=total, period=str(situation.year))


def _treatments(situation: Situation) -> Iterator[Benefit]:
    """Y44, Y48: serious illnesses filed for special treatment whose case is open; from the first filing."""
    filed = [
        (row.member_id, row.content.filed_on)
        for rows in situation.holdings.cases.values()
        for row in rows
        if row.content.filed_on is not None and row.content.ended_on is None
    ]
    if filed:
        first = min(day for _, day in filed)
        members = {member for member, _ in filed}
        yield from _benefit("serious_illness_treatment", members, period=f"{first.isoformat()}/")


def _contracts(situation: Situation) -> Iterator[Benefit]:
    """D31, M17: doctor and chronic-disease contracts of the year."""
    holdings, year = situation.holdings, situation.year
    doctor = {member for member, of_year in holdings.doctor_contracts if of_year == year}
    chronic = {member for member, of_year, _ in holdings.chronic_contracts if of_year == year}
    yield from _benefit("doctor_contract", doctor, period=str(year))
    yield from _benefit("chronic_contract", chronic, period=str(year))


def _health_cards(situation: Situation) -> Iterator[Benefit]:
    """Y47 贫困人口健康卡."""
    yield from _benefit("health_card", situation.holdings.card_holders, period="")


def _fund_payments(situation: Situation) -> Iterator[Benefit]:
    """Y49: what each fund and the government backstop paid in the year."""
    by_fund: dict[str, list[tuple[UUID, Decimal]]] = {}
    for row in situation.holdings.fund_payments:
        if row.content.paid_on.year == situation.year:
            by_fund.setdefault(row.content.fund, []).append((row.member_id, row.content.amount))
    for fund, paid in sorted(by_fund.items()):
        total = sum((amount for _, amount in paid), Decimal("0.00"))
        yield from _benefit(fund, {member for member, _ in paid}, amount=total, period=str(situation.year))


def _services(situation: Situation) -> Iterator[Benefit]:
    """Y50 free screenings, Y51 rehabilitation, Y45 the local package: what was given in the year."""
    holdings, year = situation.holdings, situation.year
    screened = {row.member_id for row in holdings.free_screenings if row.content.year == year}
    yield from _benefit("free_screening", screened, period=str(year))
    served = {
        row.member_id
        for row in holdings.rehabilitations
        if row.content.started_on.year <= year and (row.content.ended_on is None or row.content.ended_on.year >= year)
    }
    yield from _benefit("rehabilitation", served, period=str(year))
    package = [row for row in holdings.package_benefits if row.content.year == year]
    total = sum((row.content.amount or Decimal() for row in package), Decimal("0.00"))
    yield from _benefit("local_package", {row.member_id for row in package}, amount=total or None, period=str(year))
