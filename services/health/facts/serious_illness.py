"""Serious illness that is known and not filed for special treatment (M18, Y44)."""

from collections.abc import Iterable, Iterator
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
            yield UnfiledIllness(member.member_id, disease, known_on + situation.filing_grace, evidence)


def _known(situation: Situation, member_id: UUID) -> Iterator[tuple[str, date, tuple[UUID, ...]]]:
    """Disease, day it became known, records: each listed disease of the member once, unless a case was filed for it.

    A disease and its forms are one: filed under either name, it is filed.
    """
    cases = situation.holdings.cases.get(member_id, ())
    told = [case.content.disease for case in cases if case.content.filed_on is not None]
    for case in cases:
        of = case.content
        if of.filed_on is None and of.ended_on is None and _is_new(situation, of.disease, told):
            told.append(of.disease)
            yield of.disease, of.diagnosed_on, (case.id,)
    told = [case.content.disease for case in cases]
    for bill in situation.holdings.bills.get(member_id, ()):
        disease = bill.content.serious_illness
        if disease is not None and _is_new(situation, disease, told):
            told.append(disease)
            yield disease, bill.content.settled_on, (bill.id,)


def _is_new(situation: Situation, disease: str, told: Iterable[str]) -> bool:
    return not any(same_disease(one, disease) for one in told) and is_listed(situation.policy, disease)
