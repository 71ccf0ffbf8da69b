"""How a household comes to another, safe home: a resettlement dwelling, or the new house of a renovation (M26, Y20)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.housing.facts.holdings import Holdings
from services.housing.records.relocations import Relocation
from shared.codes import code_list
from shared.facts.models import Reason

_ELSEWHERE = frozenset(one.code for one in code_list("renovation_mode").items if one.attributes["elsewhere"] == "yes")


@dataclass(frozen=True, slots=True)
class Move:
    """The new home is safe from the day on: by the handing over of the key, or by the acceptance of the works."""

    day: date
    record_id: UUID
    reason: Reason


def last_move(holdings: Holdings) -> Move | None:
    return max(_moves(holdings), key=lambda one: (one.day, one.record_id), default=None)


def delivery_day(relocation: Relocation) -> date | None:
    return relocation.delivered_on or relocation.moved_in_on


def _moves(holdings: Holdings) -> Iterator[Move]:
    for relocation in holdings.relocations:
        if (day := delivery_day(relocation.content)) is not None:
            yield Move(day, relocation.id, Reason(code="relocation_delivered"))
    for renovation in holdings.renovations:
        if (day := renovation.content.accepted_on) is not None and renovation.content.mode in _ELSEWHERE:
            yield Move(day, renovation.id, accepted_reason(day))


def accepted_reason(day: date) -> Reason:
    return Reason(code="renovation_accepted", params={"accepted_on": day.isoformat()})
