"""What must be looked at: children out of school, late visits, two schools, working students, ruinous study cost."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from services.education.facts.aid import awards_amiss, missing_aid
from services.education.facts.costs import StudyCost
from services.education.facts.schooling import Place
from services.education.facts.situation import Situation
from services.education.facts.verdicts import Verdict, finished
from services.education.records.enrolments import ATTENDING
from shared.facts.findings import Notice
from shared.facts.models import GuaranteeState


def notices(
    situation: Situation, places: Sequence[Place], verdicts: Sequence[Verdict], costs: Sequence[StudyCost]
) -> list[Notice]:
    """All signals of the term, open or to come."""
    found = [*_out_of_school(situation, verdicts)]
    for place in places:
        found += _two_schools(situation, place)
        found += missing_aid(situation, place)
    found += _ledger_overdue(situation, places)
    found += awards_amiss(situation)
    found += _students_working(situation, places)
    found += _study_cost(situation, costs)
    return found


def _out_of_school(situation: Situation, verdicts: Sequence[Verdict]) -> Iterator[Notice]:
    """D26, M21, H22, Y40: who has to be in school and is not, or is not known to be."""
    for one in verdicts:
        params = {"situation": one.code, **one.params}
        if one.state is GuaranteeState.UNMET:
            yield Notice("out_of_school", (one.member_id,), one.since, params, one.evidence)
        elif one.code in ("no_enrolment", "transfer_unconfirmed"):
            yield Notice("school_enrolment_missing", (one.member_id,), one.since, params)


def _two_schools(situation: Situation, place: Place) -> Iterator[Notice]:
    """One student, one school: in class at two of them in one term."""
    rows = [
        row
        for row in situation.holdings.enrolments_in(place.member_id, situation.term.key)
        if row.content.status in ATTENDING
    ]
    if len(rows) > 1:
        since = sorted(row.content.registered_on for row in rows)[1]
        evidence = tuple(row.id for row in rows)
        yield Notice("two_schools", (place.member_id,), since, situation.term_params, evidence)


def _ledger_overdue(situation: Situation, places: Sequence[Place]) -> Iterator[Notice]:
    """控辍保学: a case not visited, or not closed, by the day it should have been; no longer than the duty lasts."""
    for member, place in zip(situation.members, places, strict=True):
        if place.ledger is None or finished(situation, place) is not None:
            continue
        until = None if member.birth_date is None else situation.age.ends_on(member.birth_date)
        case = place.ledger.content
        if case.returned_on is not None:
            continue
        # Nothing is late while a lawful reason holds; what falls due meanwhile is late from its end on.
        excused = case.lawful_until or case.found_on
        params = {"reason": case.reason, "found_on": case.found_on.isoformat()}
        evidence = (place.ledger.id,)
        if case.visited_on is None:
            due = case.found_on + timedelta(days=situation.policy.whole("education.dropout_visit_days"))
            since = max(due, excused) + timedelta(days=1)
            yield Notice("dropout_visit_overdue", (place.member_id,), since, params, evidence, until)
        due = case.found_on + timedelta(days=situation.policy.whole("education.dropout_return_days"))
        since = max(due, excused) + timedelta(days=1)
        yield Notice("dropout_return_overdue", (place.member_id,), since, params, evidence, until)


def _students_working(situation: Situation, places: Sequence[Place]) -> Iterator[Notice]:
    """The register of households says that who is in class works for most of the year."""
    attending = {place.member_id: place for place in places if place.attends}
    for member in situation.members:
        place = attending.get(member.member_id)
        if place is None or not member.work_months:
            continue
        if member.work_months >= situation.policy.whole("education.working_months"):
            since = place.since or situation.term.start
            params = {**situation.term_params, "work_months": str(member.work_months)}
            yield Notice("student_working", (member.member_id,), since, params, place.evidence)


def _study_cost(situation: Situation, costs: Sequence[StudyCost]) -> Iterator[Notice]:
    """Y40 不让一户脱贫户因学返贫: study cost left after aid above the warning line, beyond compulsory school."""
    for one in costs:
        if not one.beyond:
            continue
        line = situation.policy.number("education.study_cost_warning")
        if one.left > line:
            params = {
                "amount": f"{one.left:.2f}",
                "line": f"{line:.2f}",
                "school_year": str(situation.term.school_year),
            }
            yield Notice("study_cost_high", (one.member_id,), situation.term.start, params, one.evidence)
