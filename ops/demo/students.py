"""Who is in school: stage, grade and school of each student, and the cases planted for the standing lists."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ops.demo.dice import Dice
from ops.demo.households import Household
from ops.demo.persons import Person
from ops.demo.profiles import Profile

_STAGES = {
    "preschool": "preschool",
    "primary": "primary",
    "grade": "junior",
    "senior": "senior_high",
    "vocational": "secondary_vocational",
    "college": "higher_vocational",
    "bachelor": "undergraduate",
}
_COMPULSORY = ("primary", "junior")
_BOARDING = {"junior": 0.5, "senior_high": 0.8, "secondary_vocational": 0.9}


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody in school now; `plant` names the case that is planted on this one for a standing list, if any."""

    person: Person
    household: Household
    stage: str
    grade: int
    boarding: bool
    plant: str | None

    def school(self, stage: str) -> str:
        place = self.household.village.code if stage in ("preschool", "primary") else self.household.village.code[:9]
        return f"{SCHOOLS[stage]}{place}"


SCHOOLS = {
    "preschool": "YEY",
    "primary": "XX",
    "junior": "CZ",
    "senior_high": "GZ",
    "secondary_vocational": "ZZ",
    "higher_vocational": "GZY",
    "undergraduate": "BK",
}
_PLANTS = (
    "dropout",
    "lawful",
    "unrecorded",
    "two_schools",
    "found",
    "paid_twice",
    "no_aid",
    "misplaced",
    "unpaid",
    "irregular",
    "home_teaching",
)
"""One of each, on the first students of compulsory school by ID number; in a great district two."""


def students_of(profile: Profile, made: Sequence[Household]) -> Iterator[Student]:
    """All who are in school by their register of households, with the planted cases."""
    found = [(person, home) for home in made for person in home.people if _stage(person) is not None]
    numbers = sorted(person.id_number for person, _ in found if _stage(person) in _COMPULSORY and 7 <= person.age <= 14)
    repeats = 2 if len(numbers) > 4 * len(_PLANTS) else 1
    plants = dict(zip(numbers, _PLANTS * repeats, strict=False))
    for person, home in found:
        stage = _stage(person)
        assert stage is not None  # noqa: S101 - chosen above
        dice = Dice(profile.seed, "student", person.id_number)
        yield Student(
            person=person,
            household=home,
            stage=stage,
            grade=_grade(person, stage),
            boarding=dice.chance(_BOARDING.get(stage, 0.0)),
            plant=plants.get(person.id_number),
        )


def _stage(person: Person) -> str | None:
    if person.student_status in (None, "preschool_age"):
        return None
    return _STAGES[str(person.student_status).split("_", maxsplit=1)[0]]


def _grade(person: Person, stage: str) -> int:
    if stage == "preschool":
        return min(max(person.age - 2, 1), 3)
    if stage == "primary":
        return min(max(person.age - 5, 1), 6)
    return int(str(person.student_status).rsplit("_", maxsplit=1)[1])
