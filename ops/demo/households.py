"""Households as the registry takes them in: place, type, state, causes, living conditions, members."""

from dataclasses import dataclass
from datetime import date

from ops.demo.dice import Dice
from ops.demo.families import family, household_sizes
from ops.demo.persons import People, Person
from ops.demo.profiles import Place, Profile
from ops.demo.step import Document

_LABOUR = ("ordinary", "skilled")
_BEYOND_COMPULSORY = ("senior", "vocational", "college", "bachelor")
_OTHER_CAUSES = {
    "lack_of_skill": 45.0,
    "lack_of_funds": 30.0,
    "poor_transport": 8.0,
    "disaster": 7.0,
    "lack_of_land": 10.0,
}


@dataclass(frozen=True, slots=True)
class Household:
    code: str
    village: Place
    kind: str
    people: tuple[Person, ...]
    state: str
    identified_on: date
    state_since: date
    causes: tuple[str, ...]


def households(profile: Profile, *, today: date) -> list[Household]:
    """All households of the district, spread over its villages, in order of code."""
    people = People(id_area=profile.id_area, today=today)
    plan: list[tuple[str, int]] = []
    for kind in profile.kinds:
        dice = Dice(profile.seed, "sizes", kind.type)
        sizes = household_sizes(kind.type, households=kind.households, persons=kind.persons, dice=dice)
        plan.extend((kind.type, size) for size in sizes)
    order = Dice(profile.seed, "order").shuffled(plan)
    numbers = dict.fromkeys((village.code for village in profile.villages), 0)
    made: list[Household] = []
    for position, (kind_name, size) in enumerate(order):
        village = profile.villages[position % len(profile.villages)]
        numbers[village.code] += 1
        code = f"{village.code}{numbers[village.code]:04d}"
        made.append(_household(code, village, kind_name, size, people=people, seed=profile.seed, today=today))
    return sorted(made, key=lambda one: one.code)


def _household(code: str, village: Place, kind: str, size: int, *, people: People, seed: str, today: date) -> Household:
    dice = Dice(seed, "household", code)
    surname = people.surname(dice)
    members = tuple(people.person(seat, surname=surname, kind=kind, dice=dice) for seat in family(kind, size, dice))
    state = _state(kind, dice)
    identified = date(today.year - dice.number(3, 6), dice.number(3, 11), dice.number(1, 28))
    since = identified if state == "registered" else date(today.year - 1, dice.number(10, 12), dice.number(1, 28))
    return Household(
        code=code,
        village=village,
        kind=kind,
        people=members,
        state=state,
        identified_on=identified,
        state_since=since,
        causes=_causes(members, dice),
    )


def _state(kind: str, dice: Dice) -> str:
    """All are on the register (exit takes nobody off it, Y100); most of the weaker ones are not out of poverty."""
    if kind == "general":
        return dice.weighted({"registered": 48, "exited": 44, "monitored": 6, "returned": 2})
    return dice.weighted({"registered": 82, "exited": 16, "monitored": 2})


def _causes(people: tuple[Person, ...], dice: Dice) -> tuple[str, ...]:
    """What made the household poor, the main cause first, three at most."""
    causes: list[str] = []
    if any(person.serious for person in people):
        causes.append("illness")
    if any(person.disability for person in people):
        causes.append("disability")
    if any((person.student_status or "").startswith(_BEYOND_COMPULSORY) for person in people):
        causes.append("schooling")
    if not any(person.labour_skill in _LABOUR for person in people):
        causes.append("lack_of_labour")
    if not causes and any(person.chronic for person in people):
        causes.append("illness")
    if not causes or dice.chance(0.35):
        causes.append(dice.weighted(_OTHER_CAUSES))
    return tuple(causes[:3])


def household_document(household: Household, *, position: int, seed: str, today: date) -> Document:
    """The body of a row of `POST /api/v1/households:batch`."""
    dice = Dice(seed, "form", household.code)
    monitored = household.state == "monitored"
    document: Document = {
        "code": household.code,
        "division": household.village.code,
        "state": household.state,
        "state_since": household.state_since.isoformat(),
        "household_type": household.kind,
        "recognition_standard": "national",
        "first_identified_on": household.identified_on.isoformat(),
        "village_group": f"{dice.number(1, 8)}组",
        "causes": list(household.causes),
        "phone": f"1390000{position % 10_000:04d}",
        "bank_name": "农村商业银行",
        "bank_account": f"62220099{position:011d}",
        "management_ability": household.kind == "general" and dice.chance(0.5),
        "no_labour_guarantee": not any(person.labour_skill in (*_LABOUR, "weak") for person in household.people),
        "living": _living(household, dice),
        "members": [
            _member(household, person, position=position * 10 + index, seed=seed)
            for index, person in enumerate(household.people)
        ],
    }
    if monitored:
        document |= {
            "monitoring_category": "unstable_exit",
            "risks": ["illness"] if household.causes[0] == "illness" else ["unstable_work"],
            "risk_identified_on": household.state_since.isoformat(),
            "risk_removed": False,
        }
    return document


def _living(household: Household, dice: Dice) -> Document:
    size = len(household.people)
    return {
        "arable_land": str(dice.number(5, 20) * size / 10),
        "forest_land": str(dice.number(0, 30) / 10),
        "orchard_land": "0",
        "water_surface": str(dice.weighted({0: 90, 5: 7, 12: 3}) / 10),
        "cooperative": dice.chance(0.4),
        "leading_enterprise": dice.chance(0.2),
        "leading_person": dice.chance(0.25),
        "main_road_distance": str(dice.number(0, 35) / 10),
        "access_road": dice.weighted({"concrete": 82, "gravel": 10, "asphalt": 5, "earth": 3}),
        "housing_area": str(dice.number(40, 70) + 18 * size),
        "housing_safety": dice.weighted({"safe": 97, "grade_c": 2, "grade_d": 1}),
        "electricity": True,
        "broadcast_television": dice.chance(0.97),
        "safe_water": dice.chance(0.98),
        "fuel": dice.weighted({"clean": 62, "firewood": 34, "coal": 4}),
        "sanitary_toilet": dice.chance(0.85),
    }


def _member(household: Household, person: Person, *, position: int, seed: str) -> Document:
    dice = Dice(seed, "member", household.code, person.id_number)
    document: Document = {
        "name": person.name,
        "id_number": person.id_number,
        "relation": person.relation,
        "since": max(household.identified_on, person.birth_date).isoformat(),
        "ethnicity": person.ethnicity,
        "political_status": "01" if person.age >= 40 and dice.chance(0.04) else "13",
        "labour_skill": person.labour_skill,
        "health_status": person.health_status,
        "mandarin": person.age < 65 or dice.chance(0.3),
        "dibao": household.kind == "dibao",
        "tekun": household.kind == "tekun",
        "resident_medical_insurance": True,
        "serious_illness_insurance": True,
        "resident_pension": person.age >= 16 and person.student_status is None,
    }
    if person.education is not None:
        document["education"] = person.education
    if person.student_status is not None:
        document["student_status"] = person.student_status
    if person.disability is not None:
        document["disability_card"] = person.id_number + "".join(person.disability)
    if person.works:
        document |= {"work_months": person.work_months, "work_place": person.work_place}
    if person.relation == "head" or (person.age >= 18 and dice.chance(0.4)):
        document["phone"] = f"1370000{position % 10_000:04d}"
    return document
