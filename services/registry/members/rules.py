"""What must be true of one member (B.1.4 rules 1-3, 5-8). Pure."""

from collections.abc import Iterator
from datetime import date

from services.registry.members.schemas import MemberForm
from shared.identity import parse_disability_card, parse_id_number
from shared.roster.models import Sex
from shared.service import FieldError

EARLIEST_BIRTH = date(1900, 1, 1)


def check_member(form: MemberForm, *, on: date, pointer: str = "") -> list[FieldError]:
    """The violations of one member's form, each with its pointer (`<pointer>/birth_date`)."""
    return [
        *_identity(form, on=on, pointer=pointer),
        *_disability_card(form, pointer=pointer),
        *_education(form, pointer=pointer),
        *_work(form, pointer=pointer),
        *_insurance(form, pointer=pointer),
        *_health(form, pointer=pointer),
    ]


def with_identity(form: MemberForm) -> MemberForm:
    """The form with the sex and birth date that its ID number says, where they were left out."""
    if form.id_number is None:
        return form
    known = parse_id_number(form.id_number)
    return form.model_copy(
        update={"sex": form.sex or Sex(known.sex), "birth_date": form.birth_date or known.birth_date}
    )


def _identity(form: MemberForm, *, on: date, pointer: str) -> Iterator[FieldError]:
    if form.id_number is None:
        if form.sex is None:
            yield FieldError(f"{pointer}/sex", "sex_required")
        if form.birth_date is None:
            yield FieldError(f"{pointer}/birth_date", "birth_date_required")
    else:
        known = parse_id_number(form.id_number)
        if form.birth_date is not None and form.birth_date != known.birth_date:
            yield FieldError(f"{pointer}/birth_date", "birth_date_disagrees")
        if form.sex is not None and form.sex != known.sex:
            yield FieldError(f"{pointer}/sex", "sex_disagrees")
        if known.birth_date > on:
            yield FieldError(f"{pointer}/id_number", "birth_date_ahead")
    if form.birth_date is not None:
        if form.birth_date > on:
            yield FieldError(f"{pointer}/birth_date", "birth_date_ahead")
        if form.birth_date < EARLIEST_BIRTH:
            yield FieldError(f"{pointer}/birth_date", "birth_date_too_early")


def _disability_card(form: MemberForm, *, pointer: str) -> Iterator[FieldError]:
    if form.disability_card is None:
        return
    card = parse_disability_card(form.disability_card)
    if form.id_number is not None and card.id_number.text != form.id_number:
        yield FieldError(f"{pointer}/disability_card", "disability_card_disagrees")


def _education(form: MemberForm, *, pointer: str) -> Iterator[FieldError]:
    """Schooling finished or schooling going on: exactly one is filled (rule 5)."""
    if form.education is not None and form.student_status is not None:
        yield FieldError(f"{pointer}/student_status", "education_and_student_status")
    if form.education is None and form.student_status is None:
        yield FieldError(f"{pointer}/education", "education_or_student_status")


def _work(form: MemberForm, *, pointer: str) -> Iterator[FieldError]:
    """Work place and work months, both or neither (rule 6); no month worked needs no place."""
    placed = form.work_place is not None or form.work_division is not None
    if placed and not form.work_months:
        yield FieldError(f"{pointer}/work_months", "work_months_missing")
    if form.work_months and not placed:
        yield FieldError(f"{pointer}/work_place", "work_place_missing")


def _insurance(form: MemberForm, *, pointer: str) -> Iterator[FieldError]:
    """Never both schemes (rule 7). Neither is a true gap, which health finds and follows, so it is not refused."""
    if form.resident_medical_insurance and form.employee_medical_insurance:
        yield FieldError(f"{pointer}/employee_medical_insurance", "two_medical_insurances")


def _health(form: MemberForm, *, pointer: str) -> Iterator[FieldError]:
    states = form.health_status
    if len(set(states)) != len(states):
        yield FieldError(f"{pointer}/health_status", "health_status_repeated")
    if "healthy" in states and len(states) > 1:
        yield FieldError(f"{pointer}/health_status", "healthy_and_ill")
