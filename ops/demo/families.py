"""Who lives together: sizes that add up exactly, and families that could be."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops.demo.dice import Dice
from shared.roster.models import Sex

LARGEST = 8
ADULT = 16
_SIZES: dict[str, dict[int, float]] = {
    "tekun": {1: 1},
    "dibao": {1: 56, 2: 28, 3: 10, 4: 5, 5: 1},
    "general": {1: 10, 2: 29, 3: 28, 4: 20, 5: 9, 6: 3, 7: 1},
}
_HEAD_AGES: dict[str, tuple[int, int]] = {"tekun": (60, 92), "dibao": (38, 88), "general": (31, 74)}

_OPPOSITE = {Sex.MALE: Sex.FEMALE, Sex.FEMALE: Sex.MALE}


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a family. `of_the_line`: bears the head's family name."""

    relation: str
    sex: Sex
    age: int
    of_the_line: bool


def household_sizes(kind: str, *, households: int, persons: int, dice: Dice) -> list[int]:
    """Sizes of that many households which together have exactly that many persons (H06-H09)."""
    if not households <= persons <= households * LARGEST:
        raise ValueError(f"{persons} persons do not fit {households} households")
    weights = _SIZES[kind]
    sizes = [dice.weighted(weights) for _ in range(households)]
    difference = persons - sum(sizes)
    step = 1 if difference > 0 else -1
    while difference:
        position = dice.number(0, households - 1)
        if 1 <= sizes[position] + step <= LARGEST:
            sizes[position] += step
            difference -= step
    return sizes


def family(kind: str, size: int, dice: Dice) -> list[Seat]:
    """A family of that size, the head first."""
    low, high = _HEAD_AGES[kind]
    age = dice.number(low, high) if size < 4 else dice.number(max(low, 31), min(high, 62))
    sex = Sex.MALE if dice.chance(0.8 if size > 1 else 0.66) else Sex.FEMALE
    head = Seat("head", sex, age, of_the_line=True)
    seats = [head]
    if size >= 3 or (size == 2 and dice.chance(0.62)):
        seats.append(Seat("spouse", _OPPOSITE[sex], _near(age, dice), of_the_line=False))
    while len(seats) < size:
        seats.append(_next_seat(seats, dice))
    return seats


def _next_seat(seats: Sequence[Seat], dice: Dice) -> Seat:
    """The next one who may join: children first, grandchildren where a grown child is married, parents of the young."""
    head = seats[0]
    taken = [seat.relation for seat in seats]
    children = [seat for seat in seats if seat.relation in ("son", "daughter")]
    grown_son = next((seat for seat in children if seat.relation == "son" and seat.age >= 23), None)
    if grown_son is not None and "daughter_in_law" not in taken and dice.chance(0.6):
        return Seat("daughter_in_law", Sex.FEMALE, _near(grown_son.age, dice, youngest=20), of_the_line=False)
    if grown_son is not None and "daughter_in_law" in taken and grown_son.age <= 50:
        return _child("sons_son", "sons_daughter", grown_son.age, dice)
    parents_live = head.age <= 66
    if parents_live and dice.chance(0.3 if children else 0.2):
        for relation, sex in (("mother", Sex.FEMALE), ("father", Sex.MALE)):
            if relation not in taken:
                return Seat(relation, sex, min(head.age + dice.number(21, 30), 96), of_the_line=sex is Sex.MALE)
    return _child("son", "daughter", _youngest_parent(seats), dice)


def _child(male: str, female: str, parent_age: int, dice: Dice) -> Seat:
    sex = Sex.MALE if dice.chance(0.52) else Sex.FEMALE
    age = max(parent_age - dice.number(21, 34), 0)
    return Seat(male if sex is Sex.MALE else female, sex, age, of_the_line=True)


def _youngest_parent(seats: Sequence[Seat]) -> int:
    return min(seat.age for seat in seats if seat.relation in ("head", "spouse"))


def _near(age: int, dice: Dice, *, youngest: int = 22) -> int:
    return max(youngest, age + dice.number(-4, 3))
