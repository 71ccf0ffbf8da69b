"""Persons: name, ID number, schooling, health, ability to work."""

import tomllib
from dataclasses import dataclass, field
from datetime import date

from ops.demo.dice import Dice
from ops.demo.families import ADULT, Seat
from ops.demo.profiles import DATA
from shared.identity import check_digit
from shared.roster.models import Sex

_CHRONIC = {
    "hypertension": 40.0,
    "diabetes": 16.0,
    "coronary_heart_disease": 14.0,
    "stroke_sequelae": 8.0,
    "chronic_obstructive_pulmonary_disease": 8.0,
    "rheumatic_disease": 8.0,
    "severe_mental_disorder": 3.0,
    "chronic_hepatitis": 2.0,
    "tuberculosis": 1.0,
}
_SERIOUS = {
    "stroke": 22.0,
    "lung_cancer": 12.0,
    "gastric_cancer": 10.0,
    "end_stage_renal_disease": 10.0,
    "cataract": 10.0,
    "acute_myocardial_infarction": 8.0,
    "oesophageal_cancer": 6.0,
    "colon_cancer": 6.0,
    "chronic_obstructive_pulmonary_disease": 6.0,
    "liver_cancer": 5.0,
    "severe_psychosis": 5.0,
}
_SERIOUS_OF_WOMEN = {"breast_cancer": 8.0, "cervical_cancer": 6.0}
_DISABILITIES = {"4": 46.0, "1": 14.0, "2": 12.0, "5": 10.0, "6": 10.0, "3": 4.0, "7": 4.0}
_COMPULSORY = {12: "grade_7", 13: "grade_8", 14: "grade_9"}
_SENIOR = {15: "1", 16: "2", 17: "3"}


@dataclass(frozen=True, slots=True)
class Person:
    """One person. `chronic` and `serious` are codes of health; `disability` is type and grade."""

    name: str
    id_number: str
    sex: Sex
    birth_date: date
    age: int
    relation: str
    ethnicity: str
    education: str | None
    student_status: str | None
    labour_skill: str
    work_months: int
    work_place: str | None
    chronic: tuple[str, ...]
    serious: str | None
    disability: tuple[str, str] | None

    @property
    def works(self) -> bool:
        return self.work_months > 0

    @property
    def health_status(self) -> list[str]:
        states = []
        if self.chronic:
            states.append("chronic_disease")
        if self.serious:
            states.append("serious_illness")
        if self.disability:
            states.append("disabled")
        return states or ["healthy"]


@dataclass(slots=True)
class People:
    """Makes persons of one district; nobody gets another's ID number."""

    id_area: str
    today: date
    _taken: set[str] = field(default_factory=set)

    def person(self, seat: Seat, *, surname: str, kind: str, dice: Dice) -> Person:
        birth_date = self._birth_date(seat.age, dice)
        student = _student_status(seat.age, dice)
        chronic, serious, disability = _illness(seat, kind=kind, student=student is not None, dice=dice)
        skill = _labour_skill(seat.age, student=student is not None, ill=bool(serious or disability), dice=dice)
        months, place = _work(skill, kind=kind, dice=dice)
        return Person(
            name=(surname if seat.of_the_line else _surname(dice)) + _given_name(seat.sex, dice),
            id_number=self._id_number(birth_date, seat.sex, dice),
            sex=seat.sex,
            birth_date=birth_date,
            age=seat.age,
            relation=seat.relation,
            ethnicity="01" if dice.chance(0.985) else dice.one(("03", "06", "11", "15")),
            education=None if student is not None else _education(seat.age, dice),
            student_status=student,
            labour_skill=skill,
            work_months=months,
            work_place=place,
            chronic=chronic,
            serious=serious,
            disability=disability,
        )

    def surname(self, dice: Dice) -> str:
        return _surname(dice)

    def _birth_date(self, age: int, dice: Dice) -> date:
        """A day in the year that makes the age; of this year's newborn none that has yet to come."""
        year = self.today.year - age
        return min(date(year, dice.number(1, 12), dice.number(1, 28)), self.today)

    def _id_number(self, birth_date: date, sex: Sex, dice: Dice) -> str:
        while True:
            sequence = dice.number(0, 499) * 2 + (1 if sex is Sex.MALE else 0)
            first17 = f"{self.id_area}{birth_date:%Y%m%d}{sequence:03d}"
            if first17 not in self._taken:
                self._taken.add(first17)
                return first17 + check_digit(first17)


_NAMES: dict[str, str] = tomllib.loads((DATA / "names.toml").read_text(encoding="utf-8"))


def _surname(dice: Dice) -> str:
    return dice.one(_NAMES["surnames"])


def _given_name(sex: Sex, dice: Dice) -> str:
    characters = _NAMES["male" if sex is Sex.MALE else "female"]
    return dice.one(characters) + (dice.one(characters) if dice.chance(0.8) else "")


def _student_status(age: int, dice: Dice) -> str | None:
    """The stage of who is in school or too young for it; None for who has left."""
    if age < 6:
        return "preschool" if age >= 3 and dice.chance(0.9) else "preschool_age"
    if age < 12:
        return "primary"
    if age in _COMPULSORY:
        return _COMPULSORY[age]
    if age in _SENIOR:
        return f"{'senior' if dice.chance(0.55) else 'vocational'}_{_SENIOR[age]}"
    if age <= 21 and dice.chance(0.5):
        stage = "college" if age <= 20 and dice.chance(0.55) else "bachelor"
        return f"{stage}_{age - 17}"
    return None


def _education(age: int, dice: Dice) -> str:
    if age >= 70:
        return dice.weighted({"illiterate": 45, "primary": 44, "junior_high": 11})
    if age >= 50:
        return dice.weighted({"illiterate": 12, "primary": 45, "junior_high": 35, "senior_high": 8})
    if age >= 30:
        return dice.weighted({"primary": 16, "junior_high": 60, "senior_high": 17, "junior_college": 6, "bachelor": 1})
    return dice.weighted({"junior_high": 38, "senior_high": 38, "junior_college": 17, "bachelor": 7})


def _illness(
    seat: Seat, *, kind: str, student: bool, dice: Dice
) -> tuple[tuple[str, ...], str | None, tuple[str, str] | None]:
    """Chronic diseases, serious illness, disability: more of them with age, and among those on dibao."""
    burdened = kind != "general"
    old = seat.age >= 60
    chronic: tuple[str, ...] = ()
    if seat.age >= 40 and dice.chance((0.42 if old else 0.2) + (0.12 if burdened else 0)):
        first = dice.weighted(_CHRONIC)
        second = dice.weighted(_CHRONIC) if dice.chance(0.2) else first
        chronic = tuple(dict.fromkeys((first, second)))
    serious = None
    if seat.age >= 35 and dice.chance(0.055 if burdened else 0.025):
        serious = dice.weighted(_SERIOUS | (_SERIOUS_OF_WOMEN if seat.sex is Sex.FEMALE else {}))
    disability = None
    if dice.chance(0.03 if student else 0.2 if burdened else 0.06):
        disability = (dice.weighted(_DISABILITIES), dice.weighted({"1": 15, "2": 30, "3": 30, "4": 25}))
    return chronic, serious, disability


def _labour_skill(age: int, *, student: bool, ill: bool, dice: Dice) -> str:
    if age < ADULT or student:
        return "none"
    if ill:
        return dice.weighted({"lost": 50, "weak": 50}) if age < 75 else "none"
    if age >= 75:
        return "none"
    if age >= 60:
        return dice.weighted({"weak": 62, "none": 30, "ordinary": 8})
    return dice.weighted({"ordinary": 78, "skilled": 22})


def _work(skill: str, *, kind: str, dice: Dice) -> tuple[int, str | None]:
    """Months worked in the year and where; both or neither (practice B.1.4 rule 6)."""
    share = {"skilled": 0.85, "ordinary": 0.62, "weak": 0.12}.get(skill, 0.0)
    if not dice.chance(share * (0.5 if kind == "dibao" else 1)):
        return 0, None
    months = dice.number(2, 6) if skill == "weak" else dice.number(4, 12)
    return months, dice.weighted({"township": 30, "county": 25, "province": 30, "outside_province": 15})
