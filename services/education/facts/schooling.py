"""Where a member is in school this term, and what the dropout ledger says of it (D26, M21, H22, Y40)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.education.facts.holdings import Case, Enrolment
from services.education.facts.situation import Situation
from services.education.records.enrolments import ATTENDING, LEFT


@dataclass(frozen=True, slots=True)
class Place:
    """The member's standing enrolment of the term (None: none recorded), and the newest case of the ledger that says
    something else (None: none does). `attends`: in class, by the school's word or the ledger's."""

    member_id: UUID
    enrolment: Enrolment | None
    case: Case | None
    attends: bool
    moved_away: bool = False
    """Left one school for another that has not registered the child."""

    @property
    def evidence(self) -> tuple[UUID, ...]:
        return tuple(row.id for row in (self.enrolment, self.case) if row is not None)

    @property
    def since(self) -> date | None:
        """The day from which the member is in class, if so."""
        if self.case is not None and self.case.content.returned_on is not None:
            return self.case.content.returned_on
        return None if self.enrolment is None else self.enrolment.content.registered_on


def place_of(situation: Situation, member_id: UUID) -> Place:
    """School register and ledger together: of the two, the later word stands."""
    of_term = situation.holdings.enrolments_in(member_id, situation.term.key)
    standing = [row for row in of_term if row.content.status != "transferred_out"]
    enrolment = max(standing, key=_order, default=None)
    case = _newest_word(situation, member_id, enrolment)
    in_class = enrolment is not None and enrolment.content.status in ATTENDING
    attends = in_class if case is None else case.content.returned_on is not None
    return Place(member_id, enrolment, case, attends, moved_away=bool(of_term) and not standing)


def last_word(enrolment: Enrolment) -> date:
    """The day of which the enrolment speaks last."""
    return enrolment.content.left_on or enrolment.content.registered_on


def _order(enrolment: Enrolment) -> tuple[date, bool, UUID]:
    """The later word stands; of two on one day the one that says the student has left."""
    return last_word(enrolment), enrolment.content.status in LEFT, enrolment.id


def _newest_word(situation: Situation, member_id: UUID, enrolment: Enrolment | None) -> Case | None:
    """The newest case, unless the school's register says something later.

    A return speaks for its own term; what is not closed by one goes on until the child is registered somewhere after.
    A reason found lawful covers a suspension that the school recorded afterwards.
    """
    cases = situation.holdings.cases.get(member_id)
    if not cases:
        return None
    case = cases[-1]
    said = case.content
    if enrolment is not None:
        day = said.returned_on or said.lawful_on or said.found_on
        if enrolment.content.status in ATTENDING:
            if enrolment.content.registered_on > day:
                return None
        elif last_word(enrolment) > day and not is_lawful(case, situation.on):
            return None
    if said.returned_on is not None and said.returned_on < situation.term.start:
        return None
    return case


def is_lawful(case: Case, on: date) -> bool:
    """Whether the case found a lawful reason that still holds."""
    until = case.content.lawful_until
    return until is not None and on <= until
