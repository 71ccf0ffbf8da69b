"""关爱联系: contacts that are overdue by the interval of the class (Y66, Y67, SYS07)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from services.civil_affairs.facts.care.holdings import CareHoldings
from services.civil_affairs.facts.care.wards import Ward
from services.civil_affairs.facts.situation import Situation
from shared.facts.findings import Notice


def contact_notices(situation: Situation, holdings: CareHoldings, wards: Sequence[Ward]) -> Iterator[Notice]:
    """For each ward the day after the next contact was due; who lives in a facility is looked after there."""
    living_in = {stay.member_id for stay in holdings.stays}
    for ward in wards:
        if ward.member_id not in living_in:
            yield from _overdue(ward, situation, holdings)


def _overdue(ward: Ward, situation: Situation, holdings: CareHoldings) -> Iterator[Notice]:
    due = _due(ward, situation, holdings)
    if due is None or (ward.until is not None and due >= ward.until):
        return
    params = {"class": ward.ward_class, "due": due.isoformat()}
    evidence = [ward.evidence]
    if last := holdings.last_contact.get(ward.member_id):
        evidence.append(last.id)
    since = due + timedelta(days=1)
    yield Notice("care_contact_overdue", (ward.member_id,), since, params, tuple(evidence), ward.until)


def _due(ward: Ward, situation: Situation, holdings: CareHoldings) -> date | None:
    """By the interval of the class from the last contact (none: from the ward's first day), or sooner if the contact
    said so; None: the policy knows no interval for the class."""
    days = situation.policy.table("civil_affairs.care_contact_days").get(ward.ward_class)
    if days is None:
        return None
    last = holdings.last_contact.get(ward.member_id)
    if last is None:
        return ward.since + timedelta(days=int(days))
    by_interval = last.content.contacted_on + timedelta(days=int(days))
    return min(by_interval, last.content.next_due_on or by_interval)
