"""Renovations that should not be, or that are late (Y20, Y21, Y22, Y24)."""

from collections.abc import Iterator

from services.housing.facts.days import late_from
from services.housing.facts.situation import Situation
from services.housing.records.renovations import Renovation
from services.housing.standard import entitled, standard_subsidy
from shared.facts.findings import Notice
from shared.procedures.terms import months_after
from shared.records import Row

_MONTHS_A_YEAR = 12


def renovation_notices(situation: Situation) -> Iterator[Notice]:
    for row in situation.holdings.renovations:
        if row.content.accepted_on is None and row.content.closed_on is None:
            yield from _not_only_dwelling(situation, row)
            yield from _safe_house(situation, row)
            yield from _not_entitled(situation, row)
            yield from _late(situation, row)
        yield from _repeated(situation, row)
        yield from _grant_above_standard(situation, row)


def _params(case: Renovation, **more: str) -> dict[str, str]:
    own = {} if case.project_number is None else {"project_number": case.project_number}
    return {"stage": case.stage, **own, **more}


def _not_only_dwelling(situation: Situation, row: Row[Renovation]) -> Iterator[Notice]:
    """Y22 唯一住房: a household that holds another safe dwelling is not renovated for."""
    number, applied_on = row.content.dwelling_number, row.content.applied_on
    other = next((house for house in situation.houses if house.number != number and house.own and house.safe), None)
    if other is not None:
        since = max(applied_on, other.known_on or applied_on)
        params = _params(row.content, dwelling_number=str(other.number))
        yield Notice("renovation_not_only_dwelling", situation.members, since, params, (row.id, *other.evidence))


def _safe_house(situation: Situation, row: Row[Renovation]) -> Iterator[Notice]:
    """Y22: houses of grade A and B are not renovated."""
    for house in situation.houses:
        finding = house.finding
        if house.number == row.content.dwelling_number and finding is not None and not finding.dangerous:
            since = max(row.content.applied_on, finding.day)
            params = _params(row.content, grade=finding.grade)
            evidence = tuple(dict.fromkeys((row.id, finding.record_id)))
            yield Notice("renovation_of_safe_house", situation.members, since, params, evidence)


def _not_entitled(situation: Situation, row: Row[Renovation]) -> Iterator[Notice]:
    """Y20, Y24: only for the groups of the place and year."""
    case = row.content
    if not entitled(situation.policy_of(case.applied_on.year), situation.household, case.category):
        params = _params(case, category=case.category)
        yield Notice("renovation_not_entitled", situation.members, case.applied_on, params, (row.id,))


def _late(situation: Situation, row: Row[Renovation]) -> Iterator[Notice]:
    """Y20: each stage has its time; the kernel keeps until when."""
    if row.content.due_on is not None:
        params = _params(row.content, due_on=row.content.due_on.isoformat())
        yield Notice("renovation_late", situation.members, late_from(row.content.due_on, 0), params, (row.id,))


def _repeated(situation: Situation, row: Row[Renovation]) -> Iterator[Notice]:
    """A household is not subsidised again within the years that the place sets, nor twice at once."""
    case, files = row.content, situation.holdings.renovations
    earlier = [one for one in files[: files.index(row)] if one.content.accepted_on is not None]
    if not earlier:
        return
    last = max(earlier, key=lambda one: (one.content.accepted_on, one.id))
    accepted_on = last.content.accepted_on
    years = situation.whole("housing.renovation_repeat_years", case.applied_on.year)
    if accepted_on is not None and case.applied_on < months_after(accepted_on, years * _MONTHS_A_YEAR):
        params = _params(case, accepted_on=accepted_on.isoformat())
        since = max(case.applied_on, accepted_on)
        yield Notice("renovation_repeated", situation.members, since, params, (row.id, last.id))


def _grant_above_standard(situation: Situation, row: Row[Renovation]) -> Iterator[Notice]:
    case = row.content
    if case.granted is None or case.approved_on is None or case.grade is None:
        return
    view = situation.policy_of(case.approved_on.year)
    standard = standard_subsidy(view, case.grade, case.category)
    if standard is not None and case.granted > standard:
        params = _params(case, granted=f"{case.granted:.2f}", standard=f"{standard:.2f}")
        until = months_after(case.approved_on, situation.whole("housing.subsidy_alert_months"))
        yield Notice("grant_above_standard", situation.members, case.approved_on, params, (row.id,), until)
