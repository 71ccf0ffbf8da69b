"""Numbers of the year that others compute with, yuan."""

from decimal import Decimal

from services.health.facts.situation import Situation


def figures(situation: Situation) -> dict[str, Decimal]:
    """`medical_cost`, `medical_reimbursed` (all that others paid) and `self_paid_medical_cost` of the year's bills.

    Empty when there is no bill: no bill recorded is not a cost of nothing.
    """
    bills = [row.content for row in situation.holdings.bills_of(situation.year)]
    if not bills:
        return {}
    total = sum((bill.total for bill in bills), Decimal("0.00"))
    self_paid = sum((bill.self_paid for bill in bills), Decimal("0.00"))
    return {"medical_cost": total, "medical_reimbursed": total - self_paid, "self_paid_medical_cost": self_paid}
