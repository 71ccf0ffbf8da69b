"""The rules of a dibao case: what a check needs, who is entitled, what the award is (Y54, Y55, Y71)."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from services.civil_affairs.amounts import DibaoClaim, dibao_highest, dibao_monthly, in_dibao_by_income, income_line
from services.civil_affairs.procedures.common import as_it_stands, first_day_without, living_in, named_fit
from services.civil_affairs.procedures.dibao_evidence import (
    Application,
    Assessment,
    Circumstances,
    DataComparison,
    Extension,
    HomeVisit,
    PeriodicReview,
    Protected,
    TakenOver,
)
from services.civil_affairs.records.dibao_cases import DibaoCase
from shared.policy import PolicyView
from shared.procedures import StepContext
from shared.service.problems import FieldError

Values = Mapping[str, object]


def single_person_named(evidence: Application | TakenOver, context: StepContext) -> Iterator[FieldError]:
    """单人保: one person, named, of this household; dibao of the household names nobody."""
    person: UUID | None = evidence.person_id
    if evidence.scope != "single_person":
        if person is not None:
            yield FieldError("/person_id", "only_for_single_person")
        return
    if evidence.persons != 1:
        yield FieldError("/persons", "single_person_is_one")
    if person is None:
        yield FieldError("/person_id", "person_required")
    elif context.household is not None and person not in living_in(context):
        yield FieldError("/person_id", "not_of_household")


def protected_named(award: Protected, context: StepContext) -> Iterator[FieldError]:
    """Who is awarded is known: all of the household, or so many of its members, each named once."""
    if not _goes_on(award):
        return
    if _scope(award, context) == "single_person":
        if award.members:
            yield FieldError("/members", "only_for_household")
        return
    named, lives_there = protected_members(award, context), living_in(context)
    if named:
        yield from named_fit(named, award.persons, context)
    elif award.persons < len(lives_there):
        yield FieldError("/members", "members_required", {"persons": award.persons, "members": len(lives_there)})


def protected_members(award: Protected, context: StepContext) -> tuple[UUID, ...]:
    """Whom the award is for: those named, else those named before if they are as many, else all of the household if
    it is as many; empty: nobody is named."""
    case: DibaoCase | None = context.case
    if award.members:
        return award.members
    if case is not None and len(case.members) == award.persons:
        return case.members
    lives_there = living_in(context)
    return lives_there if len(lives_there) == award.persons else ()


def _goes_on(award: Protected) -> bool:
    """Whether the step neither refuses nor ends the award: else it does not matter whom it would be for."""
    return getattr(award, "decision", None) != "refuse" and getattr(award, "outcome", None) != "stop"


def _scope(award: Protected, context: StepContext) -> str:
    return str(getattr(award, "scope", "household") if context.case is None else context.case.scope)


def enough_visitors(visit: HomeVisit, context: StepContext) -> Iterator[FieldError]:
    """Two officials at the home, by policy; a name twice, with or without spaces, is one official."""
    least = context.policy.whole("civil_affairs.home_visitors")
    if len({"".join(name.split()) for name in visit.visitors}) < least:
        yield FieldError("/visitors", "too_few_visitors", {"least": least})


def contradictions_were_asked(comparison: DataComparison, context: StepContext) -> Iterator[FieldError]:
    """Only a source that was asked can contradict."""
    if strangers := sorted(set(comparison.contradicting) - set(comparison.sources)):
        yield FieldError("/contradicting", "source_not_asked", {"sources": ", ".join(strangers)})


def both_checks_made(assessment: Assessment, context: StepContext) -> Iterator[FieldError]:
    """D21: by home visit and by data comparison."""
    case: DibaoCase = context.case
    if case.visited_on is None:
        yield FieldError("/decision", "home_visit_missing")
    if case.compared_on is None:
        yield FieldError("/decision", "comparison_missing")


def key_persons_fit(circumstances: Circumstances, context: StepContext) -> Iterator[FieldError]:
    """No more key persons than persons; the highest differential is for persons of the award."""
    circumstances = as_it_stands(circumstances, context)
    if len(circumstances.focus_groups) > circumstances.persons:
        yield FieldError("/focus_groups", "more_than_persons", {"persons": circumstances.persons})
    if circumstances.highest_persons > circumstances.persons:
        yield FieldError("/highest_persons", "more_than_persons", {"persons": circumstances.persons})


def one_person_stays_one(circumstances: Protected, context: StepContext) -> Iterator[FieldError]:
    case: DibaoCase = context.case
    if case.scope == "single_person" and circumstances.persons != 1:
        yield FieldError("/persons", "single_person_is_one")


def single_person_is_severe(circumstances: Circumstances, context: StepContext) -> Iterator[FieldError]:
    """单人保 is for certain groups of persons, whose family is above the standard (practice B.9)."""
    if context.case.scope != "single_person" or not _goes_on(circumstances):
        return
    groups = context.policy.codes("civil_affairs.single_person_groups")
    if not {*groups} & {*as_it_stands(circumstances, context).focus_groups}:
        yield FieldError("/focus_groups", "single_person_not_severe", {"groups": ", ".join(groups)})


def accepted_is_entitled(assessment: Assessment, context: StepContext) -> Iterator[FieldError]:
    """Y54: all who fulfil the conditions, and nobody else; one who does is not refused for income or property."""
    faults = list(_not_entitled(assessment, context.case.scope, context.policy))
    if assessment.decision == "accept":
        yield from faults
    elif not faults and assessment.refusal_reason in ("income", "property"):
        yield FieldError("/refusal_reason", "conditions_are_met")


def still_entitled(change: Circumstances, context: StepContext) -> Iterator[FieldError]:
    yield from _not_entitled(change, context.case.scope, context.policy)


def outcome_fits(review: PeriodicReview, context: StepContext) -> Iterator[FieldError]:
    """Who stays is entitled; who is phased out is above the standard by income alone; an end has a reason."""
    faults = list(_not_entitled(review, context.case.scope, context.policy))
    if review.outcome in ("keep", "change"):
        yield from faults
    elif review.outcome == "phase_out" and [fault.pointer for fault in faults] != ["/per_capita_income"]:
        yield FieldError("/outcome", "phase_out_needs_income_above")
    if review.outcome == "phase_out" and context.case.stage == "phasing_out":
        yield FieldError("/outcome", "phasing_out_already", {"due": str(context.case.due_on or "")})
    if (review.outcome == "stop") != (review.end_reason is not None):
        yield FieldError("/end_reason", "end_reason_required" if review.outcome == "stop" else "reason_without_end")


def within_highest_amount(taken: TakenOver, context: StepContext) -> Iterator[FieldError]:
    """No award is above the whole standard for each person, raised by the highest share there is (Y55, Y71)."""
    highest = dibao_highest(taken.persons, context.policy)
    if taken.monthly_amount > highest:
        yield FieldError("/monthly_amount", "dibao_above_highest", {"highest": str(highest)})


def protected(award: Protected, context: StepContext) -> Values:
    """Those awarded by name, so that who is born or moves in later is not among them."""
    return {} if _scope(award, context) == "single_person" else {"members": protected_members(award, context)}


def visited(visit: HomeVisit, context: StepContext) -> Values:
    return {"visited_on": context.taken_on, **protected(visit, context)}


def compared(comparison: DataComparison, context: StepContext) -> Values:
    return {"compared_on": context.taken_on}


def extended(extension: Extension, context: StepContext) -> Values:
    return {"track": "difficult"}


def proposed(assessment: Assessment, context: StepContext) -> Values:
    """The amount that the posting shows."""
    values: dict[str, object] = {"reviewed_on": context.taken_on, **protected(assessment, context)}
    if assessment.decision == "accept":
        values |= _award(assessment, context)
    return values


def reviewed(review: PeriodicReview, context: StepContext) -> Values:
    """The amount anew for who stays; in gradual exit it stays as it was."""
    values: dict[str, object] = {"reviewed_on": context.taken_on, **protected(review, context)}
    if review.outcome in ("keep", "change"):
        values |= _award(review, context)
    if review.outcome == "stop":
        values["ended_on"] = first_day_without(context)
    return values


def changed(change: Circumstances, context: StepContext) -> Values:
    return {**_award(change, context), **protected(change, context)}


def after_review(review: PeriodicReview, context: StepContext) -> str:
    return {"phase_out": "phasing_out", "stop": "stopped"}.get(review.outcome, "in_force")


def _not_entitled(circumstances: Circumstances, scope: str, policy: PolicyView) -> Iterator[FieldError]:
    if not in_dibao_by_income(scope, circumstances.per_capita_income, policy):
        yield FieldError("/per_capita_income", "income_not_below", {"line": str(income_line(scope, policy))})
    if not circumstances.property_within_rule:
        yield FieldError("/property_within_rule", "property_beyond_rule")


def _award(circumstances: Circumstances, context: StepContext) -> Values:
    """The amount, and the method it was found by."""
    circumstances = as_it_stands(circumstances, context)
    claim = DibaoClaim(
        scope=context.case.scope,
        method=circumstances.method,
        dibao_class=circumstances.dibao_class,
        persons=circumstances.persons,
        income=circumstances.per_capita_income,
        focus_groups=circumstances.focus_groups,
        highest=circumstances.highest_persons,
    )
    return {"monthly_amount": dibao_monthly(claim, context.policy), "method": claim.method}
