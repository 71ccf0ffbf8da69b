"""发展教育脱贫一批: the aid that a household's students have been paid for the year (M08, D27, D28, H20, Y36–Y39)."""

from collections.abc import Iterator
from decimal import Decimal

from services.education.aid_items import AID_ITEMS
from services.education.facts.holdings import Award
from services.education.facts.situation import Situation
from shared.facts.models import Batch, Benefit


def paid_awards(situation: Situation) -> list[Award]:
    """Awards paid for terms of the year in which the present term began."""
    year = situation.term.year
    return [row for row in situation.holdings.all_awards() if row.content.year == year and row.content.paid_on]


def benefits(situation: Situation, paid: list[Award]) -> Iterator[Benefit]:
    """One for each item, in the order of the code list; the sum of all terms and students."""
    if not paid:
        return
    for item in AID_ITEMS:
        if rows := [row for row in paid if row.content.item == item]:
            yield Benefit(
                programme=item,
                batch=Batch.EDUCATION,
                members=tuple(sorted({row.member_id for row in rows})),
                amount=sum((row.content.amount for row in rows), Decimal("0.00")),
                period=str(situation.term.year),
                evidence=tuple(sorted(row.id for row in rows)),
            )
