"""The rules of a tekun case: the three conditions (no labour, no income, no supporter), the care level (H08; B.9)."""

from collections.abc import Iterator, Mapping
from datetime import date

from services.civil_affairs.amounts import self_care_ability, tekun_monthly
from services.civil_affairs.procedures.common import as_it_stands, first_day_without
from services.civil_affairs.procedures.tekun_evidence import (
    Assessment,
    Conditions,
    PeriodicReview,
    Support,
    TakenOver,
)
from shared.identity import birthday
from shared.policy import PolicyView
from shared.procedures import StepContext
from shared.roster.models import RosterMember
from shared.service.problems import FieldError

Values = Mapping[str, object]


def institution_if_centralised(support: Support, context: StepContext) -> Iterator[FieldError]:
    """集中供养 is in an institution, which is named; 分散供养 is at home."""
    stands = as_it_stands(support, context)
    if stands.mode == "centralised" and stands.institution_code is None:
        yield FieldError("/institution_code", "institution_required")
    if stands.mode == "dispersed" and support.institution_code is not None:
        yield FieldError("/institution_code", "only_if_centralised")


def ground_holds(conditions: Conditions, context: StepContext) -> Iterator[FieldError]:
    """The ground fits what the registry knows of the person: age, disability. Not known is not against it."""
    member, ground = context.member, as_it_stands(conditions, context).labour_ground
    if member is None or ground is None:
        return
    if not _may_hold(ground, member, context.policy, context.taken_on):
        yield FieldError("/labour_ground", "ground_does_not_hold", {"ground": ground})


def three_conditions(assessment: Assessment, context: StepContext) -> Iterator[FieldError]:
    """All three together, or not tekun."""
    fulfilled = _fulfilled(as_it_stands(assessment, context))
    if assessment.decision == "accept" and not fulfilled:
        yield FieldError("/decision", "conditions_not_met")
    if assessment.decision == "refuse" and fulfilled and assessment.refusal_reason == "conditions":
        yield FieldError("/refusal_reason", "conditions_are_met")


def review_fits(review: PeriodicReview, context: StepContext) -> Iterator[FieldError]:
    """Who stays fulfils all three conditions, on a ground that still holds; an end has a reason."""
    if review.keep and not _fulfilled(as_it_stands(review, context)):
        yield FieldError("/keep", "conditions_not_met")
    if review.keep:
        yield from ground_holds(review, context)
    if review.keep == (review.end_reason is not None):
        yield FieldError("/end_reason", "reason_without_end" if review.keep else "end_reason_required")


def support_found(conditions: Conditions, context: StepContext) -> Values:
    """The care level by the items missing, and what is paid for it."""
    stands = as_it_stands(conditions, context)
    level = self_care_ability(len(set(stands.missing_items)), context.policy)
    basic, care = tekun_monthly(level, context.policy)
    return {
        "care_level": level,
        "basic_amount": basic,
        "care_amount": care,
        "mode": stands.mode,
        "institution_code": stands.institution_code if stands.mode == "centralised" else None,
        "reviewed_on": context.taken_on,
    }


def care_level_found(taken: TakenOver, context: StepContext) -> Values:
    return {"care_level": self_care_ability(len(set(taken.missing_items)), context.policy)}


def reviewed(review: PeriodicReview, context: StepContext) -> Values:
    if review.keep:
        return support_found(review, context)
    return {"reviewed_on": context.taken_on, "ended_on": first_day_without(context)}


def after_review(review: PeriodicReview, context: StepContext) -> str:
    return "in_force" if review.keep else "stopped"


def _fulfilled(conditions: Conditions) -> bool:
    return conditions.labour_ground is not None and conditions.no_income and conditions.no_supporter


def _may_hold(ground: str, member: RosterMember, policy: PolicyView, on: date) -> bool:
    match ground:
        case "elderly":
            age = policy.whole("civil_affairs.elderly_age")
            return member.birth_date is None or birthday(member.birth_date, age) <= on
        case "minor":
            age = policy.whole("civil_affairs.tekun_minor_age")
            return member.birth_date is None or on < birthday(member.birth_date, age)
        case "disabled":
            if member.disability_type is None or member.disability_grade is None:
                return True
            listed = policy.codes("civil_affairs.tekun_disabilities")
            return f"{member.disability_type}-{member.disability_grade}" in listed
        case _:
            return True
