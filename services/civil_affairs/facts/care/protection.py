"""发现报告、应急处置: danger that nobody reported, and cases of danger that wait too long (Y69, SYS22)."""

from collections.abc import Iterator
from datetime import timedelta

from services.civil_affairs.facts.care.holdings import DANGER, CareHoldings
from shared.facts.findings import Notice


def protection_notices(holdings: CareHoldings) -> Iterator[Notice]:
    """The last contact found danger and no case was opened since; or a case has passed the day it was due."""
    opened = {row.member_id: row.content.opened_on for row in holdings.protection}
    for member_id, contact in holdings.last_contact.items():
        since = contact.content.contacted_on
        taken_up = member_id in opened and opened[member_id] >= since
        if contact.content.finding == DANGER and not taken_up:
            yield Notice("person_found_in_danger", (member_id,), since, {}, (contact.id,))
    for row in holdings.protection:
        case = row.content
        if case.closed_on is None and case.due_on is not None:
            params = {"stage": case.stage, "due": case.due_on.isoformat()}
            yield Notice("protection_case_late", (row.member_id,), case.due_on + timedelta(days=1), params, (row.id,))
