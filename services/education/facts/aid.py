"""应助尽助: the aid a student is owed this term, and awards missing, late, doubled or misplaced (M20, M22, D27)."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from services.education.aid_items import AID_ITEMS
from services.education.facts.holdings import Award, Enrolment
from services.education.facts.schooling import Place
from services.education.facts.situation import Situation
from services.education.records.enrolments import ATTENDING
from services.education.terms import term_of
from shared.facts.findings import Notice


def aid_owed(situation: Situation, place: Place) -> tuple[str, ...]:
    """Items that a student is entitled to this term, in the order of the code list (H20, Y36, Y37): by the school's
    register, whatever the dropout ledger says. Who stays away for want of money is not owed less."""
    if place.enrolment is None or place.enrolment.content.status not in ATTENDING or not situation.in_need:
        return ()
    owed = situation.policy.codes("education.aid_items_owed")
    return tuple(
        item.code
        for item in AID_ITEMS.values()
        if item.code in owed and item.is_for(place.enrolment.content, registered=situation.registered)
    )


def missing_aid(situation: Situation, place: Place) -> Iterator[Notice]:
    """Entitled and without an award of the term; told once applications should have been taken."""
    owed = aid_owed(situation, place)
    if not owed:
        return
    awards = situation.holdings.awards.get(place.member_id, ())
    held = {(row.content.item, _period(row)) for row in awards}
    missing = [item for item in owed if (item, AID_ITEMS[item].period(*situation.term.key)) not in held]
    if missing and place.enrolment is not None:
        grace = timedelta(days=situation.policy.whole("education.aid_application_days"))
        since = max(place.enrolment.content.registered_on, situation.term.start) + grace
        params = {**situation.term_params, "items": ", ".join(missing)}
        evidence = (place.enrolment.id,)
        ends = situation.term.next_start
        yield Notice("education_aid_missing", (place.member_id,), since, params, evidence, until=ends)


def awards_amiss(situation: Situation) -> Iterator[Notice]:
    """M22 统筹各类政策: awards not paid by the term's end, given twice, or for what the student is not in."""
    held: dict[_Given, list[Award]] = {}
    for row in situation.holdings.all_awards():
        if row.content.paid_on is None:
            yield _overdue(situation, row)
        held.setdefault((row.member_id, AID_ITEMS[row.content.item].group, _period(row)), []).append(row)
        if mismatch := _mismatch(situation, row):
            yield mismatch
    for (member_id, _, period), rows in held.items():
        if len(rows) > 1:
            yield _twice(member_id, period, rows)


_Given = tuple[UUID, str, tuple[int, str]]
"""Awards of one member, group of items and period exclude each other."""


def _period(row: Award) -> tuple[int, str]:
    return AID_ITEMS[row.content.item].period(row.content.year, row.content.term)


def _overdue(situation: Situation, row: Award) -> Notice:
    award = row.content
    term = term_of(situation.policy.in_year(award.year), award.term)
    params = {"year": str(award.year), "term": award.term, "item": award.item}
    since = max(term.last_lesson + timedelta(days=1), award.applied_on)
    return Notice("education_aid_overdue", (row.member_id,), since, params, (row.id,))


def _twice(member_id: UUID, period: tuple[int, str], rows: list[Award]) -> Notice:
    """Applied for twice, or paid: the same item, or two that exclude each other. Found before both are paid."""
    since = sorted(row.content.applied_on for row in rows)[1]
    year, term = period
    params = {
        "year": str(year),
        "term": term,
        "items": ", ".join(sorted({row.content.item for row in rows})),
        "awards": str(len(rows)),
        "paid": str(sum(row.content.paid_on is not None for row in rows)),
    }
    return Notice("education_aid_twice", (member_id,), since, params, tuple(row.id for row in rows))


def _mismatch(situation: Situation, row: Award) -> Notice | None:
    """The member was enrolled that term, and in no way that the item is for, or had left when it was applied for;
    without any enrolment nothing is said."""
    award = row.content
    enrolments = situation.holdings.enrolments_in(row.member_id, (award.year, award.term))
    if not enrolments or any(_fits(row, one) for one in enrolments):
        return None
    params = {"year": str(award.year), "term": award.term, "item": award.item, "stage": award.stage}
    evidence = (row.id, *(one.id for one in enrolments))
    return Notice("education_aid_mismatch", (row.member_id,), award.paid_on or award.applied_on, params, evidence)


def _fits(award: Award, enrolment: Enrolment) -> bool:
    of, given = enrolment.content, award.content
    there = of.left_on is None or of.left_on >= given.applied_on
    return there and given.stage == of.stage and AID_ITEMS[given.item].is_for(of, registered=True)
