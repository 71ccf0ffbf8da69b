"""监护落实: which wards have no guardian who signed and is able (Y66, Y67, Y69)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from services.civil_affairs.facts.care.holdings import CareHoldings
from services.civil_affairs.facts.care.wards import Ward
from services.civil_affairs.facts.situation import Situation
from services.civil_affairs.records.guardianships import Guardianship
from shared.facts.findings import Notice

_SIGNALS = {
    "left_behind_child": "left_behind_child_without_guardian",
    "distressed_child": "distressed_child_without_guardian",
    "severely_disabled": "disabled_without_guardian",
}


def guardian_notices(situation: Situation, holdings: CareHoldings, wards: Sequence[Ward]) -> Iterator[Notice]:
    """A ward without a guardian when the term is over, or from the day on which the last guardianship ends."""
    for ward in wards:
        signal = _SIGNALS.get(ward.ward_class)
        if signal is None or not _needs_guardian(ward, situation):
            continue
        due = ward.since + timedelta(days=situation.policy.whole("civil_affairs.guardianship_due_days"))
        opens = _first_day_without(holdings, ward.member_id, due, situation.on)
        if opens is not None and (ward.until is None or opens < ward.until):
            yield Notice(signal, (ward.member_id,), opens, {"due": due.isoformat()}, (ward.evidence,), ward.until)


def _needs_guardian(ward: Ward, situation: Situation) -> bool:
    """Children do; of the disabled those whose disability takes their capacity."""
    if ward.disability is None:
        return True
    return ward.disability in situation.policy.codes("civil_affairs.guardian_needed_disabilities")


def _first_day_without(holdings: CareHoldings, member_id: UUID, due: date, on: date) -> date | None:
    """The first day from `due` on without a guardian; None: there is no such day to be seen."""
    found = [row.content for row in holdings.guardianships.get(member_id, ()) if row.content.capable is not False]
    ends = [_ends(one) for one in found]
    if any(end is None for end in ends):
        return None
    last = max((end for end in ends if end is not None), default=due)
    return max(due, last)


def _ends(guardianship: Guardianship) -> date | None:
    """The first day without this guardianship."""
    days = [day for day in (guardianship.ended_on, guardianship.agreed_until) if day is not None]
    return min(days, default=None)
