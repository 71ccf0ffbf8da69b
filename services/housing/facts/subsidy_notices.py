"""补助资金: paid late, above the grant, before acceptance, kept back, or for no renovation at all (Y23)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from services.housing.facts.days import late_from
from services.housing.facts.holdings import Received
from services.housing.facts.situation import Situation
from services.housing.records.renovations import Renovation
from services.housing.records.subsidy_payments import SubsidyPayment
from shared.facts.findings import Notice
from shared.procedures.terms import months_after
from shared.records import Row

_NOTHING = Decimal("0.00")


def subsidy_notices(situation: Situation) -> Iterator[Notice]:
    """What cannot be undone (late, too early) stays a signal for some months; what can, until it is put right."""
    projects: set[str] = set()
    for row in situation.holdings.renovations:
        if row.content.granted is None:
            continue
        if row.content.project_number is not None:
            projects.add(row.content.project_number)
        received = situation.holdings.received(row)
        yield from _late(situation, row, received, row.content.granted)
        yield from _above_grant(situation, row, received, row.content.granted)
        yield from _before_acceptance(situation, row, received, row.content.granted)
        yield from _closed_short(situation, row, row.content.granted)
    for project, payments in situation.holdings.payments.items():
        for payment in payments:
            yield from _kept_back(situation, payment)
            if project not in projects:
                yield _without_renovation(situation, payment)


def _reached(received: Sequence[Received], amount: Decimal) -> date | None:
    """The day on which so much had been received in all; None: never."""
    total = _NOTHING
    for one in received:
        total += one.amount
        if total >= amount:
            return one.day
    return None


def _params(row: Row[Renovation], **more: str) -> dict[str, str]:
    number = row.content.project_number
    return more if number is None else {"project_number": number, **more}


def _late(
    situation: Situation, row: Row[Renovation], received: Sequence[Received], granted: Decimal
) -> Iterator[Notice]:
    """补助资金拨付不及时: the whole grant is due so many days after acceptance."""
    accepted_on = row.content.accepted_on
    if accepted_on is None or not granted:
        return
    since = late_from(accepted_on, situation.whole("housing.subsidy_pay_days", accepted_on.year))
    paid_on = _reached(received, granted)
    if paid_on is not None and paid_on < since:
        return
    due = (since - timedelta(days=1)).isoformat()
    params = _params(row, accepted_on=accepted_on.isoformat(), due=due, granted=_yuan(granted))
    if paid_on is not None:
        params["paid_on"] = paid_on.isoformat()
    until = None if paid_on is None else _forgotten(situation, paid_on)
    yield Notice("subsidy_late", situation.members, since, params, _evidence(row, received), until)


def _above_grant(
    situation: Situation, row: Row[Renovation], received: Sequence[Received], granted: Decimal
) -> Iterator[Notice]:
    total = sum((one.amount for one in received), _NOTHING)
    since = _reached(received, granted + Decimal("0.01"))
    if since is not None:
        params = _params(row, granted=_yuan(granted), received=_yuan(total))
        yield Notice("subsidy_above_grant", situation.members, since, params, _evidence(row, received))


def _before_acceptance(
    situation: Situation, row: Row[Renovation], received: Sequence[Received], granted: Decimal
) -> Iterator[Notice]:
    """Paid before the works were accepted, beyond the share that the place allows in advance."""
    accepted_on = row.content.accepted_on
    early = [one for one in received if accepted_on is None or one.day < accepted_on]
    if not early:
        return
    allowed = granted * situation.policy_of(early[0].day.year).number("housing.subsidy_advance_share")
    since = _reached(early, allowed + Decimal("0.01"))
    if since is not None:
        total = sum((one.amount for one in early), _NOTHING)
        params = _params(row, received=_yuan(total), allowed=_yuan(allowed))
        until = None if accepted_on is None else max(accepted_on, _forgotten(situation, since))
        yield Notice("subsidy_before_acceptance", situation.members, since, params, _evidence(row, early), until)


def _kept_back(situation: Situation, row: Row[SubsidyPayment]) -> Iterator[Notice]:
    """滞留、截留: the money stays with the paying office, or less arrives than was sent."""
    payment = row.content
    params = {"project_number": payment.project_number, "payment_number": payment.payment_number}
    if payment.paid_on is None or payment.received is None:
        days = situation.whole("housing.subsidy_retention_days", payment.allotted_on.year)
        params |= {"allotted_on": payment.allotted_on.isoformat(), "amount": _yuan(payment.amount)}
        since = late_from(payment.allotted_on, days)
        yield Notice("subsidy_kept_back", situation.members, since, params, (row.id,))
    elif payment.received < payment.amount:
        params |= {"amount": _yuan(payment.amount), "received": _yuan(payment.received)}
        yield Notice("subsidy_kept_back", situation.members, payment.paid_on, params, (row.id,))


def _closed_short(situation: Situation, row: Row[Renovation], granted: Decimal) -> Iterator[Notice]:
    """截留 where no payment tells of it: the file was closed as paid, with less than the grant."""
    case = row.content
    if case.paid_on is None or case.paid is None or case.paid >= granted:
        return
    if case.project_number not in situation.holdings.payments:
        params = _params(row, granted=_yuan(granted), received=_yuan(case.paid))
        yield Notice("subsidy_kept_back", situation.members, case.paid_on, params, (row.id,))


def _without_renovation(situation: Situation, row: Row[SubsidyPayment]) -> Notice:
    """挤占挪用: money in a household's name for which no renovation of its own is approved."""
    payment = row.content
    params = {"project_number": payment.project_number, "payment_number": payment.payment_number}
    since = payment.allotted_on
    return Notice("subsidy_without_renovation", situation.members, since, params, (row.id,))


def _forgotten(situation: Situation, day: date) -> date:
    """From when on what happened on a day is no signal any more."""
    return months_after(day, situation.whole("housing.subsidy_alert_months"))


def _evidence(row: Row[Renovation], received: Sequence[Received]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys((row.id, *(one.record_id for one in received))))


def _yuan(amount: Decimal) -> str:
    return f"{amount:.2f}"
