"""What care says of a household: the disabled, children, those left behind, who looks after them (Y66–Y70, H38)."""

from collections.abc import Iterator
from decimal import Decimal

from services.civil_affairs.facts.care.benefits import CHILD_ALLOWANCE, DISABILITY_PROGRAMMES, care_benefits
from services.civil_affairs.facts.care.children import allowance_notices
from services.civil_affairs.facts.care.contacts import contact_notices
from services.civil_affairs.facts.care.guardians import guardian_notices
from services.civil_affairs.facts.care.holdings import CareHoldings
from services.civil_affairs.facts.care.legal_aid import legal_aid_notices
from services.civil_affairs.facts.care.protection import protection_notices
from services.civil_affairs.facts.care.standings import care_standings
from services.civil_affairs.facts.care.subsidies import certificate_notices, subsidy_notices, subsidy_turns
from services.civil_affairs.facts.care.wards import wards
from services.civil_affairs.facts.said import Said
from services.civil_affairs.facts.situation import Situation
from shared.facts.findings import Notice
from shared.facts.models import Benefit


def care(situation: Situation) -> Said:
    """Nothing of a household that care holds no record of."""
    holdings = CareHoldings.of(situation)
    if holdings.empty:
        return Said()
    benefits = tuple(care_benefits(situation, holdings))
    return Said(
        benefits=benefits,
        notices=tuple(_notices(situation, holdings)),
        standings=tuple(care_standings(situation, holdings)),
        figures=_figures(benefits),
        turns=tuple(subsidy_turns(holdings)),
    )


def _notices(situation: Situation, holdings: CareHoldings) -> Iterator[Notice]:
    yield from certificate_notices(situation, holdings)
    yield from subsidy_notices(situation, holdings)
    cared_for = tuple(wards(situation, holdings))
    yield from guardian_notices(situation, holdings, cared_for)
    yield from contact_notices(situation, holdings, cared_for)
    yield from protection_notices(holdings)
    yield from allowance_notices(situation, holdings, cared_for)
    yield from legal_aid_notices(situation, holdings)


def _figures(benefits: tuple[Benefit, ...]) -> dict[str, Decimal]:
    """Transfers of the year, yuan: `disability_subsidies`, `child_allowances`. What is not paid has no figure."""
    figures: dict[str, Decimal] = {}
    for benefit in benefits:
        code = _FIGURES.get(benefit.programme)
        if code is not None and benefit.amount is not None:
            figures[code] = figures.get(code, Decimal("0.00")) + benefit.amount
    return figures


_FIGURES = {
    **dict.fromkeys(DISABILITY_PROGRAMMES.values(), "disability_subsidies"),
    CHILD_ALLOWANCE: "child_allowances",
}
