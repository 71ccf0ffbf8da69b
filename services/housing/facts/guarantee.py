"""住房安全有保障: grade A or B, or C and D with an accepted renovation, or a resettlement dwelling delivered (M26)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.housing.facts.houses import House
from services.housing.facts.situation import Situation
from services.housing.records.house_checks import HouseCheck
from services.housing.records.relocations import Relocation
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
    """Judged by the dwellings that the household lives in. Evidence: the findings and works that say so."""
    if not situation.members:
        return Guarantee(item=GuaranteeItem.SAFE_HOUSING, state=GuaranteeState.NOT_APPLICABLE)
    said = _said(situation)
    evidence = tuple(sorted(set(said.evidence)))
    return Guarantee(item=GuaranteeItem.SAFE_HOUSING, state=said.state, reasons=said.reasons, evidence=evidence)


def homes(situation: Situation) -> list[House]:
    """The dwellings lived in; after a relocation only those that were found or surveyed since."""
    relocation = delivered(situation)
    since = None if relocation is None else delivery_day(relocation.content)
    return [one for one in situation.houses if one.lived_in and (since is None or _known_after(one, since))]


def delivered(situation: Situation) -> Row[Relocation] | None:
    """The last relocation whose dwelling was delivered or moved into."""
    done = [row for row in situation.holdings.relocations if delivery_day(row.content) is not None]
    return max(done, key=lambda row: (delivery_day(row.content), row.id), default=None)


def delivery_day(relocation: Relocation) -> date | None:
    return relocation.delivered_on or relocation.moved_in_on


def unsafe_check(situation: Situation) -> Row[HouseCheck] | None:
    """The last check, if it found housing unsafe, that was not put right and nothing newer contradicts."""
    if not situation.holdings.checks:
        return None
    last = situation.holdings.checks[-1]
    unsafe = last.content.rectified_on is None and not _UNSAFE.isdisjoint(last.content.problems)
    newest = max((house.known_on for house in situation.houses if house.known_on is not None), default=None)
    relocation = delivered(situation)
    moved = None if relocation is None else delivery_day(relocation.content)
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
    if safe := [house for house in lived_in if house.safe]:
        reasons = tuple(_works(house) for house in safe if house.accepted is not None)
        return _Said(GuaranteeState.MET, reasons, tuple(one for house in safe for one in house.evidence))
    if (relocation := delivered(situation)) is not None:
        return _Said(GuaranteeState.MET, (Reason(code="relocation_delivered"),), (relocation.id,))
    return _Said(GuaranteeState.UNKNOWN, (Reason(code="no_appraisal"), *_pending_relocation(situation)))


def _in_danger(situation: Situation, dangerous: list[House]) -> _Said:
    """人不住危房: nobody is safe in a dangerous house for owning another, unless the place says so."""
    reasons = [reason for house in dangerous for reason in _of_dangerous(house)]
    reasons.extend(_pending_relocation(situation))
    evidence = [one for house in dangerous for one in house.evidence]
    state = GuaranteeState.UNMET
    if other := [house for house in situation.houses if house.own and house.safe]:
        reasons.append(Reason(code="not_only_dwelling", params={"dwelling_number": str(other[0].number)}))
        evidence.extend(other[0].evidence)
        key = "housing.other_safe_dwelling_counts"
        if situation.policy_for(key).flag(key):
            state = GuaranteeState.MET
    return _Said(state, tuple(reasons), tuple(evidence))


def _of_dangerous(house: House) -> Iterator[Reason]:
    number = str(house.number)
    grade = "" if house.finding is None else house.finding.grade
    yield Reason(code="dangerous_dwelling", params={"grade": grade, "dwelling_number": number})
    if house.open is not None:
        yield Reason(code="renovation_under_way", params={"stage": house.open.content.stage, "dwelling_number": number})


def _works(house: House) -> Reason:
    day = house.known_on
    return Reason(code="renovation_accepted", params={} if day is None else {"accepted_on": day.isoformat()})


def _pending_relocation(situation: Situation) -> Iterator[Reason]:
    if any(delivery_day(row.content) is None for row in situation.holdings.relocations):
        yield Reason(code="relocation_not_delivered")


def _known_after(house: House, day: date) -> bool:
    return any(one is not None and one > day for one in (house.known_on, house.surveyed_on))
