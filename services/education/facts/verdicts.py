"""义务教育有保障, member by member: of compulsory age, and in school this term? (D26, M21, H22, Y05, Y40)"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.education.facts.holdings import Enrolment
from services.education.facts.schooling import Place, is_lawful, last_word
from services.education.facts.situation import Situation
from services.education.records.enrolments import BEYOND, COMPULSORY
from shared.facts.models import GuaranteeState, Reason
from shared.roster.models import RosterMember

MET, UNMET, UNKNOWN = GuaranteeState.MET, GuaranteeState.UNMET, GuaranteeState.UNKNOWN

IN_SCHOOL = "in_school"
"""The one code that is no reason to be told: the rule."""

AGE_UNKNOWN = "age_unknown"
"""Whether there is a duty of schooling at all is not known."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for one member of compulsory age; `since` is the day from which it does, `turn` when it ends alone."""

    member_id: UUID
    state: GuaranteeState
    code: str
    since: date
    params: Mapping[str, str]
    evidence: tuple[UUID, ...] = ()
    turn: date | None = None

    def reason(self) -> Reason:
        return Reason(code=self.code, member_id=self.member_id, params=dict(self.params))


def verdict(situation: Situation, member: RosterMember, place: Place) -> Verdict | None:
    """None: no duty of schooling on this day. A member whose age nobody knows is not known to have none."""
    if member.birth_date is None:
        return _of_unknown_age(situation, place)
    if not situation.age.holds(member.birth_date, situation.term, situation.on):
        return None
    return _of_age(situation, place)


def _of_unknown_age(situation: Situation, place: Place) -> Verdict | None:
    """By the stage of this term's enrolment, if there is one; else whether there is a duty is unknown."""
    if place.enrolment is None:
        if finished(situation, place) is not None:
            return None
        return Verdict(place.member_id, UNKNOWN, AGE_UNKNOWN, situation.term.start, situation.term_params)
    return _of_age(situation, place) if place.enrolment.content.stage in COMPULSORY else None


def _of_age(situation: Situation, place: Place) -> Verdict:
    done = finished(situation, place)
    if done is not None:
        day = last_word(done)
        return Verdict(place.member_id, MET, "compulsory_school_finished", day, situation.term_params, (done.id,))
    if place.case is not None:
        return _by_the_ledger(situation, place)
    if place.enrolment is not None:
        return _by_the_register(situation, place, place.enrolment)
    return _nothing_recorded(situation, place)


def finished(situation: Situation, place: Place) -> Enrolment | None:
    """The record that shows compulsory school to be behind the member: graduation, or a stage beyond it."""
    for row in situation.holdings.enrolments.get(place.member_id, ()):
        of = row.content
        if of.stage in BEYOND or (of.stage == "junior" and of.status == "graduated"):
            return row
    return None


def _by_the_ledger(situation: Situation, place: Place) -> Verdict:
    """Found → visited → returned, or lawful until a day; what is neither is a child out of school."""
    assert place.case is not None  # noqa: S101 - asked for places with a case only
    case = place.case.content
    params = {**situation.term_params, "reason": case.reason}
    if case.returned_on is not None:
        return Verdict(place.member_id, MET, IN_SCHOOL, case.returned_on, params, place.evidence)
    if case.lawful_until is None:
        return Verdict(place.member_id, UNMET, "found_out_of_class", case.found_on, params, place.evidence)
    ends = case.lawful_until + timedelta(days=1)
    if is_lawful(place.case, situation.on):
        params["reason"] = case.lawful_reason or case.reason
        since = case.lawful_on or case.found_on
        return Verdict(place.member_id, MET, "lawful_absence", since, params, place.evidence, turn=ends)
    return Verdict(place.member_id, UNMET, "found_out_of_class", ends, params, place.evidence)


def _by_the_register(situation: Situation, place: Place, row: Enrolment) -> Verdict:
    """As the school has it this term."""
    of, since = row.content, last_word(row)
    params = situation.term_params if of.reason is None else {**situation.term_params, "reason": of.reason}
    state, code = MET, IN_SCHOOL
    if of.status in ("dropped_out", "suspended"):
        state, code = UNMET, of.status
    elif of.status == "home_teaching":
        lawful = of.reason in situation.lawful_reasons
        state, code = (MET, "home_teaching") if lawful else (UNMET, "home_teaching_unfounded")
    elif of.stage == "preschool":
        state, code = UNMET, "in_kindergarten"
    return Verdict(place.member_id, state, code, since, params, place.evidence)


def _nothing_recorded(situation: Situation, place: Place) -> Verdict:
    """Not known: awaited while schools register, and from the end of registration on a gap of the records."""
    ends, params = situation.registration_ends, situation.term_params
    if place.moved_away:
        return Verdict(place.member_id, UNKNOWN, "transfer_unconfirmed", ends, params)
    if situation.on < ends:
        return Verdict(place.member_id, UNKNOWN, "enrolment_awaited", situation.term.start, params, turn=ends)
    return Verdict(place.member_id, UNKNOWN, "no_enrolment", ends, params)
