"""因学致贫返贫预警: what study costs a household in a school year after aid (Y40, M24)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from services.education.aid_items import LOAN
from services.education.facts.situation import Situation
from services.education.records.enrolments import BEYOND
from services.education.terms import school_year

_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class StudyCost:
    """One member's tuition, lodging and books of the school year, and the aid paid for its terms, yuan. A loan is no
    aid: it has to be paid back. `beyond`: the member is beyond compulsory school."""

    member_id: UUID
    cost: Decimal
    aid: Decimal
    beyond: bool
    evidence: tuple[UUID, ...]

    @property
    def left(self) -> Decimal:
        return max(self.cost - self.aid, _NOTHING)


def study_costs(situation: Situation) -> list[StudyCost]:
    """Of each member whose enrolments of the school year name costs; nothing named is not a cost of nothing."""
    return [cost for member_id in situation.holdings.enrolments if (cost := _cost_of(situation, member_id)) is not None]


def _cost_of(situation: Situation, member_id: UUID) -> StudyCost | None:
    of_year = situation.term.school_year
    rows = [
        row
        for row in situation.holdings.enrolments[member_id]
        if school_year(row.content.year, row.content.term) == of_year
    ]
    named = [
        amount for row in rows for amount in (row.content.tuition, row.content.lodging, row.content.books) if amount
    ]
    if not named:
        return None
    aid = [
        row
        for row in situation.holdings.awards.get(member_id, ())
        if school_year(row.content.year, row.content.term) == of_year
        and row.content.paid_on is not None
        and row.content.item != LOAN
    ]
    return StudyCost(
        member_id=member_id,
        cost=sum(named, _NOTHING),
        aid=sum((row.content.amount for row in aid), _NOTHING),
        beyond=any(row.content.stage in BEYOND for row in rows),
        evidence=tuple(row.id for row in (*rows, *aid)),
    )
