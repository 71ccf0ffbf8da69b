"""法律援助: applications that nobody has decided in time (H38)."""

from collections.abc import Iterator
from datetime import timedelta

from services.civil_affairs.facts.care.holdings import CareHoldings
from services.civil_affairs.facts.situation import Situation
from shared.facts.findings import Notice


def legal_aid_notices(situation: Situation, holdings: CareHoldings) -> Iterator[Notice]:
    for row in holdings.legal_aid:
        if row.content.decision == "pending":
            days = situation.policy.whole("civil_affairs.legal_aid_days")
            opens = row.content.applied_on + timedelta(days=days + 1)
            yield Notice("legal_aid_late", (row.member_id,), opens, {"matter": row.content.matter}, (row.id,))
