"""What must be true of one household as a whole (B.1.4 rules 1 and 4, causes of the 2014 form). Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.registry.households.schemas import HouseholdForm
from shared.roster.models import Sex
from shared.service import FieldError

HEAD = "head"
SPOUSE = "spouse"
_KNOWN = (Sex.MALE, Sex.FEMALE)


@dataclass(frozen=True, slots=True)
class Person:
    """What the rules of composition look at; `pointer` is where the caller named the person."""

    pointer: str
    relation: str
    sex: Sex | None
    id_hash: str | None


def check_household(form: HouseholdForm, *, on: date, pointer: str = "") -> list[FieldError]:
    """The violations of the household's own fields."""
    return [*_lists(form, pointer=pointer), *_dates(form, on=on, pointer=pointer)]


def check_composition(people: Sequence[Person], *, pointer: str = "/members") -> list[FieldError]:
    """The violations of the household's members taken together."""
    return [
        *_heads(people, pointer=pointer),
        *_spouses(people),
        *_same_person_twice(people),
    ]


def _lists(form: HouseholdForm, *, pointer: str) -> Iterator[FieldError]:
    for name, values in (("causes", form.causes), ("return_causes", form.return_causes), ("risks", form.risks)):
        if len(set(values)) != len(values):
            yield FieldError(f"{pointer}/{name}", "repeated_code")


def _dates(form: HouseholdForm, *, on: date, pointer: str) -> Iterator[FieldError]:
    for name in ("first_identified_on", "risk_identified_on", "risk_removed_on"):
        day: date | None = getattr(form, name)
        if day is not None and day > on:
            yield FieldError(f"{pointer}/{name}", "date_ahead")
    if form.risk_removed_on and form.risk_identified_on and form.risk_removed_on < form.risk_identified_on:
        yield FieldError(f"{pointer}/risk_removed_on", "risk_removed_before_identified")


def _heads(people: Sequence[Person], *, pointer: str) -> Iterator[FieldError]:
    heads = [person for person in people if person.relation == HEAD]
    if not heads:
        yield FieldError(pointer, "no_head")
    for person in heads[1:]:
        yield FieldError(f"{person.pointer}/relation", "several_heads")


def _spouses(people: Sequence[Person]) -> Iterator[FieldError]:
    spouses = [person for person in people if person.relation == SPOUSE]
    for person in spouses[1:]:
        yield FieldError(f"{person.pointer}/relation", "several_spouses")
    heads = [person for person in people if person.relation == HEAD]
    if len(heads) == len(spouses) == 1:
        head, spouse = heads[0].sex, spouses[0].sex
        if head in _KNOWN and head == spouse:
            yield FieldError(f"{spouses[0].pointer}/sex", "head_and_spouse_same_sex")


def _same_person_twice(people: Sequence[Person]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for person in people:
        if person.id_hash is None:
            continue
        if person.id_hash in seen:
            yield FieldError(f"{person.pointer}/id_number", "person_repeated")
        seen.add(person.id_hash)
