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
    something else (None: none does). `attends`: in class, by the school's word or the ledger's. `moved_away`: left one
    school for another that has not registered the child. `ledger`: the newest case unless the child was in class after
    it, whichever word stands."""

    member_id: UUID
    enrolment: Enrolment | None
    case: Case | None
    attends: bool
    moved_away: bool
    ledger: Case | None

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
    ledger = _ledger(situation, member_id)
    case = None if ledger is None or not _stands(situation, ledger, enrolment) else ledger
    in_class = enrolment is not None and enrolment.content.status in ATTENDING
    attends = in_class if case is None else case.content.returned_on is not None
    return Place(member_id, enrolment, case, attends, bool(of_term) and not standing, ledger)


def last_word(enrolment: Enrolment) -> date:
    """The day of which the enrolment speaks last."""
    return enrolment.content.left_on or enrolment.content.registered_on


def _order(enrolment: Enrolment) -> tuple[date, bool, UUID]:
    """The later word stands; of two on one day the one that says the student has left."""
    return last_word(enrolment), enrolment.content.status in LEFT, enrolment.id


def _ledger(situation: Situation, member_id: UUID) -> Case | None:
    """The newest case, until the child is in class somewhere after it, in whichever term."""
    cases = situation.holdings.cases.get(member_id)
    if not cases:
        return None
    day = _said_on(cases[-1])
    rows = situation.holdings.enrolments.get(member_id, ())
    past = any(row.content.status in ATTENDING and row.content.registered_on > day for row in rows)
    return None if past else cases[-1]


def _stands(situation: Situation, case: Case, enrolment: Enrolment | None) -> bool:
    """Whether the case has the word: a return for its own term, anything else until the school says something later.

    A reason found lawful covers a suspension that the school recorded afterwards.
    """
    back = case.content.returned_on
    if back is not None and back < situation.term.start:
        return False
    if enrolment is None or enrolment.content.status in ATTENDING or is_lawful(case, situation.on):
        return True
    return last_word(enrolment) <= _said_on(case)


def _said_on(case: Case) -> date:
    """The day of which the case speaks last."""
    return case.content.returned_on or case.content.lawful_on or case.content.found_on


def is_lawful(case: Case, on: date) -> bool:
    """Whether the case found a lawful reason that still holds."""
    until = case.content.lawful_until
    return until is not None and on <= until
