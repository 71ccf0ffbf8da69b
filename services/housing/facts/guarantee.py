"""住房安全有保障: grade A or B, or C and D with an accepted renovation, or a resettlement dwelling delivered (M26)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.housing.facts.houses import House
from services.housing.facts.moves import accepted_reason, delivery_day
from services.housing.facts.situation import Situation
from services.housing.records.house_checks import HouseCheck
from shared.codes import code_list
from shared.facts.models import Guarantee, GuaranteeItem, GuaranteeState, Reason
from shared.records import Row

_UNSAFE = frozenset(one.code for one in code_list("housing_problem").items if one.attributes.get("unsafe") == "yes")


@dataclass(frozen=True, slots=True)
class _Said:
    state: GuaranteeState
    reasons: tuple[Reason, ...] = ()
    evidence: tuple[UUID, ...] = ()


def safe_housing(situation: Situation) -> Guarantee:
    """Judged by the dwellings that the household lives in: met when each is safe. Evidence: the findings and works that
    say so."""
    said = _said(situation)
    evidence = tuple(sorted(set(said.evidence)))
    return Guarantee(item=GuaranteeItem.SAFE_HOUSING, state=said.state, reasons=said.reasons, evidence=evidence)


def homes(situation: Situation) -> list[House]:
    """The dwellings lived in; after a move only those that were found or surveyed since."""
    move = situation.move
    return [one for one in situation.houses if one.lived_in and (move is None or _known_after(one, move.day))]


def unsafe_check(situation: Situation) -> Row[HouseCheck] | None:
    """The last check, if it found housing unsafe, was not put right, and nothing newer of a home contradicts it."""
    if not situation.holdings.checks:
        return None
    last = situation.holdings.checks[-1]
    unsafe = last.content.rectified_on is None and not _UNSAFE.isdisjoint(last.content.problems)
    newest = max((house.known_on for house in homes(situation) if house.known_on is not None), default=None)
    moved = None if situation.move is None else situation.move.day
    overtaken = any(day is not None and day > last.content.checked_on for day in (newest, moved))
    return last if unsafe and not overtaken else None


def _said(situation: Situation) -> _Said:
    lived_in = homes(situation)
    dangerous = [house for house in lived_in if house.dangerous]
    if dangerous:
        return _in_danger(situation, dangerous)
    if (check := unsafe_check(situation)) is not None:
        reasons = tuple(
            Reason(code="check_found_unsafe", params={"problem": problem})
            for problem in check.content.problems
            if problem in _UNSAFE
        )
        return _Said(GuaranteeState.UNMET, reasons, (check.id,))
    move = situation.move
    safe = [house for house in lived_in if house.safe]
    if safe and (move is not None or len(safe) == len(lived_in)):
        reasons = tuple(accepted_reason(day) for house in safe if (day := house.accepted_on) is not None)
        return _Said(GuaranteeState.MET, reasons, tuple(one for house in safe for one in house.evidence))
    if move is not None:
        return _Said(GuaranteeState.MET, (move.reason,), (move.record_id,))
    unknown = [Reason(code="no_appraisal", params=_number(house)) for house in lived_in if not house.safe]
    reasons = (*(unknown or [Reason(code="no_appraisal")]), *_pending_relocation(situation))
    return _Said(GuaranteeState.UNKNOWN, reasons)


def _in_danger(situation: Situation, dangerous: list[House]) -> _Said:
    """人不住危房: nobody is safe in a dangerous house for owning another, unless the place says so."""
    reasons = [reason for house in dangerous for reason in _of_dangerous(house)]
    reasons.extend(_pending_relocation(situation))
    evidence = [one for house in dangerous for one in house.evidence]
    state = GuaranteeState.UNMET
    if other := [house for house in situation.houses if house.own and house.safe]:
        reasons.append(Reason(code="not_only_dwelling", params=_number(other[0])))
        evidence.extend(other[0].evidence)
        if situation.policy_of().flag("housing.other_safe_dwelling_counts"):
            state = GuaranteeState.MET
    return _Said(state, tuple(reasons), tuple(evidence))


def _of_dangerous(house: House) -> Iterator[Reason]:
    grade = "" if house.finding is None else house.finding.grade
    yield Reason(code="dangerous_dwelling", params={"grade": grade, **_number(house)})
    if house.open is not None:
        yield Reason(code="renovation_under_way", params={"stage": house.open.content.stage, **_number(house)})


def _number(house: House) -> dict[str, str]:
    return {"dwelling_number": str(house.number)}


def _pending_relocation(situation: Situation) -> Iterator[Reason]:
    if any(delivery_day(row.content) is None for row in situation.holdings.relocations):
        yield Reason(code="relocation_not_delivered")


def _known_after(house: House, day: date) -> bool:
    return any(one is not None and one > day for one in (house.known_on, house.surveyed_on))
