"""Rules of the renovation's steps: who is entitled, what is granted, in which order things happened (Y20, Y22, Y24)."""

from collections.abc import Callable, Iterator, Mapping

from services.housing.categories import category_of, known_categories
from services.housing.procedures.evidence import (
    Acceptance,
    Application,
    Approval,
    Identification,
    Inspection,
    TakenOver,
)
from services.housing.standard import CATEGORIES, entitled, standard_subsidy
from shared.codes import code_list
from shared.procedures import StepContext
from shared.records import RuleContext
from shared.service.problems import FieldError

_REACHED = (
    ("paid_on", "subsidy_paid"),
    ("accepted_on", "accepted"),
    ("inspected_on", "inspected"),
    ("started_on", "started"),
    ("approved_on", "approved"),
)


def category_is_shown(given: Application | TakenOver, context: RuleContext) -> Iterator[FieldError]:
    """Y20: who says that a household is of a key group: the register, or a certificate.

    Until the household is known to the roster, nothing contradicts what is given.
    """
    if context.household is None or given.category in known_categories(context.household):
        return
    if code_list("renovation_category")[given.category].attributes["shown_by"] == "register":
        yield FieldError("/category", "category_not_on_register", {"category": given.category})
    elif given.category_evidence is None:
        yield FieldError("/category_evidence", "category_evidence_needed", {"category": given.category})


def category_is_entitled(given: Application, context: RuleContext) -> Iterator[FieldError]:
    """Y24: only the groups of the place and year apply."""
    if context.household is None:
        return
    if not entitled(context.policy, context.household, given.category):
        codes = ", ".join(context.policy.codes(CATEGORIES))
        yield FieldError("/category", "category_not_entitled", {"category": given.category, "entitled": codes})


def category_still_shown(given: Identification, context: StepContext) -> Iterator[FieldError]:
    """Y20, asked again: when the household applied it may have been unknown, or in a category that it has left."""
    if context.household is None or _refused_for(given, context) is not None:
        return
    category = category_of(context.household, context.case.category)
    certificate = given.category_evidence or context.case.category_evidence
    if certificate is None and category not in known_categories(context.household):
        yield FieldError("/category_evidence", "category_evidence_needed", {"category": category})


def declares_only_dwelling(given: Application, context: RuleContext) -> Iterator[FieldError]:
    """Y22: the unique-dwelling rule; who holds another safe dwelling does not apply."""
    if not given.only_dwelling:
        yield FieldError("/only_dwelling", "not_the_only_dwelling")


def grant_within_standard(given: Approval, context: StepContext) -> Iterator[FieldError]:
    """Y24: no more is granted than the standard of the place, and something is."""
    standard = standard_subsidy(context.policy, context.case.grade, context.case.category)
    if given.granted is None and standard is None:
        yield FieldError("/granted", "grant_needed", {"grade": context.case.grade})
    if given.granted is not None and standard is not None and given.granted > standard:
        params = {"standard": f"{standard:.2f}", "grade": context.case.grade}
        yield FieldError("/granted", "grant_above_standard", params)


def happened_before_the_step(given: TakenOver, context: StepContext) -> Iterator[FieldError]:
    """What is taken over lies behind."""
    for field in ("applied_on", "identified_on", *(name for name, _ in _REACHED)):
        day = getattr(given, field)
        if day is not None and day > context.taken_on:
            yield FieldError(f"/{field}", "day_after_step", {"taken_on": context.taken_on.isoformat()})


def stage_reached(given: TakenOver, context: StepContext) -> str:
    """How far a renovation had come elsewhere."""
    return next((stage for field, stage in _REACHED if getattr(given, field) is not None), "identified")


def identified_or_refused(given: Identification, context: StepContext) -> str:
    return "identified" if _refused_for(given, context) is None else "refused"


def identification(given: Identification, context: StepContext) -> Mapping[str, object]:
    return {"identified_on": context.taken_on, "refused_for": _refused_for(given, context)}


def _refused_for(given: Identification, context: StepContext) -> str | None:
    """Y22: a house of grade C or D, the only one, of a group entitled here; what the roster has turned to counts."""
    if given.grade not in code_list("dangerous_housing_grade"):
        return "grade_safe"
    if not given.only_dwelling:
        return "not_only_dwelling"
    if context.household is not None and not entitled(context.policy, context.household, context.case.category):
        return "category_not_entitled"
    return None


def application(given: Application, context: StepContext) -> Mapping[str, object]:
    return {"applied_on": context.taken_on, "year": context.taken_on.year}


def approval(given: Approval, context: StepContext) -> Mapping[str, object]:
    """The grant, by the standard where none is given; the plan is that of the year of approval."""
    granted = given.granted
    if granted is None:
        granted = standard_subsidy(context.policy, context.case.grade, context.case.category)
    return {"approved_on": context.taken_on, "year": context.taken_on.year, "granted": granted}


def inspected_or_not(given: Inspection, context: StepContext) -> str:
    return "inspected" if given.passed else "started"


def accepted_or_not(given: Acceptance, context: StepContext) -> str:
    return "accepted" if given.passed else "started"


def acceptance(given: Acceptance, context: StepContext) -> Mapping[str, object]:
    return {"accepted_on": context.taken_on} if given.passed else {}


def on_the_day(field: str) -> Callable[[object, StepContext], Mapping[str, object]]:
    """The step's day becomes a date of the case."""
    return lambda given, context: {field: context.taken_on}
