"""政策兜底: the two disability subsidies and the living allowance of children, as in force (Y68, Y70, M08)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from services.civil_affairs.facts.care.holdings import CareHoldings
from services.civil_affairs.facts.care.subsidies import in_force
from services.civil_affairs.facts.situation import Situation
from shared.codes import code_list
from shared.facts.models import Batch, Benefit

DISABILITY_PROGRAMMES = {one.code: one.attributes["benefit"] for one in code_list("disability_subsidy_kind").items}
"""The benefit of each kind of subsidy."""
CHILD_ALLOWANCE = "child_living_allowance"


def care_benefits(situation: Situation, holdings: CareHoldings) -> Iterator[Benefit]:
    """Each programme that somebody has on the day, with what it comes to in the year; yuan."""
    granted = [row for rows in holdings.subsidies.values() for row in rows if in_force(row.content, situation.on)]
    for kind, programme in DISABILITY_PROGRAMMES.items():
        of_kind = [row for row in granted if row.content.kind == kind]
        if of_kind:
            yield Benefit(
                programme=programme,
                batch=Batch.DIBAO,
                members=tuple(sorted({row.member_id for row in of_kind})),
                amount=sum(
                    (
                        _of_year(row.content.monthly_amount, row.content.starts_on, row.content.ended_on, situation)
                        for row in of_kind
                    ),
                    Decimal("0.00"),
                ),
                period=str(situation.year),
                evidence=tuple(row.id for row in of_kind),
            )
    paid = [
        row
        for row in holdings.children
        if row.content.allowance_from is not None and row.content.allowance_from <= situation.on
    ]
    if paid:
        yield Benefit(
            programme=CHILD_ALLOWANCE,
            batch=Batch.DIBAO,
            members=tuple(sorted({row.member_id for row in paid})),
            amount=sum(
                (
                    _of_year(row.content.monthly_allowance, row.content.allowance_from, row.content.ended_on, situation)
                    for row in paid
                ),
                Decimal("0.00"),
            ),
            period=str(situation.year),
            evidence=tuple(row.id for row in paid),
        )


def _of_year(monthly: Decimal | None, starts: date | None, ends: date | None, situation: Situation) -> Decimal:
    """What a monthly payment comes to in the year; the months in which it begins and ends count whole."""
    if monthly is None or starts is None:
        return Decimal("0.00")
    first = 1 if starts.year < situation.year else starts.month
    last = 12 if ends is None or ends.year > situation.year else ends.month - (1 if ends.day == 1 else 0)
    return monthly * max(last - first + 1, 0)
