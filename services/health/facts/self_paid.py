"""Self-paid cost against the warning lines of the area (Y43, Y49; county warning practice)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.health.facts.situation import Situation
from services.health.records.settlement_bills import SettlementBill
from shared.facts.present import Held

INPATIENT = "inpatient"


@dataclass(frozen=True, slots=True)
class Excess:
    """Self-paid cost at or above a line: the sum, the line (yuan), the day on which the sum reached it, the bills.

    `until` is the first day on which it is no longer watched; None: the whole year.
    """

    amount: Decimal
    line: Decimal
    since: date
    bills: tuple[UUID, ...]
    until: date | None = None


def inpatient_excess(situation: Situation, member_id: UUID) -> Excess | None:
    """The member's inpatient self-pay of the year, against the line for registered persons or for other farmers."""
    bills = [
        bill
        for bill in situation.holdings.bills.get(member_id, ())
        if bill.content.kind == INPATIENT and bill.content.settled_on.year == situation.year
    ]
    if not bills:
        return None
    whose = "registered" if situation.registered else "other"
    return _excess(bills, situation.policy.number(f"health.self_paid_inpatient_{whose}"))


def outpatient_excesses(situation: Situation, member_id: UUID) -> Iterator[Excess]:
    """The months whose outpatient self-pay reached the monthly line, and how long each is watched."""
    by_month: dict[int, list[Held[SettlementBill]]] = {}
    for bill in situation.holdings.bills.get(member_id, ()):
        if bill.content.kind != INPATIENT:
            by_month.setdefault(_month_number(bill.content.settled_on), []).append(bill)
    if not by_month:
        return
    line = situation.policy.number("health.self_paid_outpatient_month")
    watched = situation.policy.whole("health.self_paid_outpatient_watch_months")
    for month, bills in sorted(by_month.items()):
        if excess := _excess(bills, line):
            year, index = divmod(month + watched, 12)
            yield replace(excess, until=date(year, index + 1, 1))


def _month_number(day: date) -> int:
    """Months counted through, so that January follows December."""
    return day.year * 12 + day.month - 1


def _excess(bills: Sequence[Held[SettlementBill]], line: Decimal) -> Excess | None:
    """The bills come in order of settlement."""
    amount, since = Decimal("0.00"), None
    for bill in bills:
        amount += bill.content.self_paid
        if since is None and amount >= line:
            since = bill.content.settled_on
    return None if since is None else Excess(amount, line, since, tuple(bill.id for bill in bills))
