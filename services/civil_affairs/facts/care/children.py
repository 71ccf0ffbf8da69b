"""孤儿、事实无人抚养儿童基本生活费: a child of a class with an allowance who has none yet (Y57, Y68)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from services.civil_affairs.facts.care.holdings import CareHoldings
from services.civil_affairs.facts.care.wards import Ward
from services.civil_affairs.facts.situation import Situation
from services.civil_affairs.records.distressed_children import ALLOWANCE_CLASSES
from shared.facts.findings import Notice


def allowance_notices(situation: Situation, holdings: CareHoldings, wards: Sequence[Ward]) -> Iterator[Notice]:
    """From the end of the term of the policy on, until the child comes of age."""
    lacking = {
        row.id: row.content.child_class
        for row in holdings.children
        if row.content.child_class in ALLOWANCE_CLASSES and row.content.allowance_from is None
    }
    if not lacking:
        return
    term = timedelta(days=situation.policy.whole("civil_affairs.child_allowance_days"))
    for ward in wards:
        child_class = lacking.get(ward.evidence)
        if child_class is not None:
            params = {"class": child_class}
            opens = ward.since + term
            yield Notice("child_allowance_missing", (ward.member_id,), opens, params, (ward.evidence,), ward.until)
