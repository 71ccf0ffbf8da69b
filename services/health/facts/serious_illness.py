"""Serious illness that is known and not filed for special treatment (M18, Y44)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.health.facts.situation import Situation
from services.health.records.serious_illness_cases import is_listed, same_disease


@dataclass(frozen=True, slots=True)
class UnfiledIllness:
    """A member's serious illness without a filed case; `since` is the day from which it should have been filed."""

    member_id: UUID
    disease: str
    since: date
    evidence: tuple[UUID, ...]


def unfiled_illnesses(situation: Situation) -> Iterator[UnfiledIllness]:
    """Diagnoses without a file, and illnesses that only a bill tells of, due now or later.

    A disease that is not on the list of the area and year is none: no case can be filed for it. Filing is owed to
    registered households (Y44 贫困人口全部纳入).
    """
    if not situation.registered:
        return
    for member in situation.members:
        for disease, known_on, evidence in _known(situation, member.member_id):
            if is_listed(situation.policy, disease):
                yield UnfiledIllness(member.member_id, disease, known_on + situation.filing_grace, evidence)


def _known(situation: Situation, member_id: UUID) -> Iterator[tuple[str, date, tuple[UUID, ...]]]:
    """Disease, day it became known, records: each disease of the member once, unless a case was filed for it."""
    cases = situation.holdings.cases.get(member_id, ())
    for case in cases:
        if case.content.filed_on is None and case.content.ended_on is None:
            yield case.content.disease, case.content.diagnosed_on, (case.id,)
    billed: dict[str, tuple[date, UUID]] = {}
    for bill in situation.holdings.bills.get(member_id, ()):
        disease = bill.content.serious_illness
        if disease is None or any(same_disease(case.content.disease, disease) for case in cases):
            continue
        billed.setdefault(disease, (bill.content.settled_on, bill.id))
    for disease, (day, bill_id) in sorted(billed.items()):
        yield disease, day, (bill_id,)
