"""Health records of the district: insurance, contracts, examinations, illness, bills whose layers add up, visits."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from ops.demo.dice import Dice
from ops.demo.households import Household
from ops.demo.persons import Person
from ops.demo.profiles import Profile
from ops.demo.step import Document, Step
from shared.roster.models import Sex

CONTRIBUTION = Decimal(400)
_SUBSIDIES = {"tekun": ("full", CONTRIBUTION), "dibao": ("fixed", Decimal(280)), "general": ("fixed", Decimal(160))}
_TOPICS = ("insurance", "serious_illness", "settlement", "family_doctor", "chronic_disease", "hygiene")
_CENT = Decimal("0.01")
_NOTHING = Decimal(0)


SERVICE = "health"


def steps(profile: Profile, made: Sequence[Household], *, today: date) -> Iterator[Step]:
    """The institutions, and the current year of every household."""
    year = HealthYear(profile, today=today)
    yield Step.of(SERVICE, "institutions", institution_documents(profile, today=today))
    kinds: tuple[tuple[str, Callable[[Household], Iterator[Document]]], ...] = (
        ("insurance-enrolments", year.enrolments),
        ("doctor-contracts", year.doctor_contracts),
        ("physical-examinations", year.examinations),
        ("chronic-screenings", year.screenings),
        ("chronic-patients", year.chronic_patients),
        ("chronic-contracts", year.chronic_contracts),
        ("serious-illness-cases", year.serious_cases),
        ("settlement-bills", year.bills),
        ("health-cards", year.health_cards),
        ("free-screenings", year.free_screenings),
        ("rehabilitations", year.rehabilitations),
        ("publicity-visits", year.publicity_visits),
    )
    for records, documents in kinds:
        yield Step.of(SERVICE, records, (row for household in made for row in documents(household)))


def clinic_code(village: str) -> str:
    return f"WSS{village}"


def institution_documents(profile: Profile, *, today: date) -> list[Document]:
    """The township's health centre, and a clinic in each village: five-isation but for a few (H36)."""
    assessed = date(today.year - 1, 11, 20).isoformat()
    centre: Document = {
        "division": profile.township.code,
        "institution_code": f"WSY{profile.township.code}",
        "institution_name": f"{profile.township.name}卫生院",
        "kind": "health_centre",
        "doctors": 24,
    }
    clinics: list[Document] = [
        {
            "division": village.code,
            "institution_code": clinic_code(village.code),
            "institution_name": f"{village.name}卫生室",
            "kind": "village_clinic",
            "doctors": Dice(profile.seed, "clinic", village.code).number(1, 3),
        }
        for village in profile.villages
    ]
    for document in (centre, *clinics):
        dice = Dice(profile.seed, "institution", document["institution_code"])
        good = document is centre or dice.chance(0.9)
        document |= {
            "assessed_on": assessed,
            "standard": good,
            "publicly_owned": True,
            "standard_building": good,
            "regular_service": True,
            "information_system": True,
            "integrated_management": good,
        }
    return [centre, *clinics]


class HealthYear:
    """The records of the current year; a day that would lie ahead is today."""

    def __init__(self, profile: Profile, *, today: date) -> None:
        self._seed = profile.seed
        self._centre = f"WSY{profile.township.code}"
        self._today = today
        self._year = today.year

    def enrolments(self, household: Household) -> Iterator[Document]:
        """D29, M16, Y42: nearly everybody is insured; the few who are not are what the status must show."""
        for person, dice in self._people(household, "enrolment"):
            day = max(date(self._year - 1, dice.number(10, 12), dice.number(1, 28)), person.birth_date)
            base: Document = {"id_number": person.id_number, "year": self._year, "enrolled_on": day.isoformat()}
            if dice.chance(0.012) and household.kind == "general":
                reason = dice.one(("payment_lapsed", "away", "unwilling"))
                yield base | {"enrolled": False, "not_enrolled_reason": reason}
                continue
            subsidy_class, subsidy = _SUBSIDIES[household.kind]
            yield base | {
                "enrolled": True,
                "scheme": "resident",
                "contribution": str(CONTRIBUTION),
                "subsidy_class": subsidy_class,
                "subsidy": str(subsidy),
                "preferential_policy": True,
                "serious_illness_insurance": True,
                "supplementary_insurance": True,
            }

    def doctor_contracts(self, household: Household) -> Iterator[Document]:
        for person, dice in self._people(household, "contract"):
            if dice.chance(0.985):
                ill = bool(person.chronic or person.serious)
                yield {
                    **self._yearly(person, "signed_on", self._day(dice, 1, 3)),
                    "package": "personalised" if person.serious else "intermediate" if ill else "basic",
                    "institution_code": clinic_code(household.village.code),
                }

    def examinations(self, household: Household) -> Iterator[Document]:
        for person, dice in self._people(household, "examination"):
            if dice.chance(0.965):
                ill = bool(person.chronic or person.serious)
                yield {
                    **self._yearly(person, "examined_on", self._day(dice, 3, 9)),
                    "result": "abnormal" if ill or dice.chance(0.06) else "normal",
                    "institution_code": self._centre,
                }

    def screenings(self, household: Household) -> Iterator[Document]:
        for person, dice in self._people(household, "screening"):
            if dice.chance(0.97):
                yield {
                    **self._yearly(person, "screened_on", self._day(dice, 3, 9)),
                    "diseases": list(person.chronic),
                    "institution_code": clinic_code(household.village.code),
                }

    def chronic_patients(self, household: Household) -> Iterator[Document]:
        for person, dice in self._people(household, "chronic"):
            for disease in person.chronic:
                yield {
                    "id_number": person.id_number,
                    "disease": disease,
                    "diagnosed_on": date(self._year - dice.number(1, 9), dice.number(1, 12), 15).isoformat(),
                    "status": "managed",
                    "centre_code": self._centre,
                }

    def chronic_contracts(self, household: Household) -> Iterator[Document]:
        for person, dice in self._people(household, "chronic-contract"):
            for disease in person.chronic:
                if dice.chance(0.96):
                    yield {
                        **self._yearly(person, "signed_on", self._day(dice, 1, 3)),
                        "disease": disease,
                        "follow_ups": min(self._today.month // 3, 4),
                        "institution_code": clinic_code(household.village.code),
                    }

    def serious_cases(self, household: Household) -> Iterator[Document]:
        """M18: filed, but for a few whose filing is still open."""
        for person, dice in self._people(household, "serious"):
            if person.serious is None:
                continue
            diagnosed = date(self._year - 1, dice.number(1, 12), dice.number(1, 28))
            document: Document = {
                "id_number": person.id_number,
                "disease": person.serious,
                "diagnosed_on": diagnosed.isoformat(),
                "treatment": "in_treatment",
                "treated_before_payment": True,
            }
            if dice.chance(0.95):
                document["filed_on"] = min(diagnosed + timedelta(days=dice.number(3, 20)), self._today).isoformat()
            yield document

    def bills(self, household: Household) -> Iterator[Document]:
        """D30, Y43: each bill with its layers; stays of the seriously ill, prescriptions of the chronically ill."""
        for person, dice in self._people(household, "bills"):
            stays = dice.number(1, 3) if person.serious else int(dice.chance(0.05))
            visits = dice.number(1, 2) if person.chronic and dice.chance(0.5) else 0
            kinds = ("inpatient",) * stays + ("outpatient_chronic",) * visits
            for number, kind in enumerate(kinds, start=1):
                day = max(self._day(dice, 1, 12), person.birth_date)
                bill = _layers(kind, serious=person.serious is not None, weak=household.kind != "general", dice=dice)
                document: Document = {
                    "id_number": person.id_number,
                    "bill_number": f"JS{self._year}{household.code[6:]}{household.people.index(person)}{number}",
                    "kind": kind,
                    "settled_on": day.isoformat(),
                    "institution_code": self._centre,
                    **{name: str(amount) for name, amount in bill.items()},
                    "one_stop": dice.chance(0.97),
                    "treated_before_payment": kind == "inpatient",
                }
                if kind == "inpatient":
                    first = max(day - timedelta(days=dice.number(4, 16)), date(self._year, 1, 1), person.birth_date)
                    document["admitted_on"] = first.isoformat()
                    if person.serious:
                        document["serious_illness"] = person.serious
                yield document

    def health_cards(self, household: Household) -> Iterator[Document]:
        for index, person in enumerate(household.people):
            issued = max(household.identified_on + timedelta(days=40), person.birth_date)
            yield {
                "id_number": person.id_number,
                "card_number": f"JK{household.code}{index}",
                "issued_on": min(issued, self._today).isoformat(),
                "status": "active",
            }

    def free_screenings(self, household: Household) -> Iterator[Document]:
        """Y50: women of 35 to 64 for two cancers, newborns."""
        for person, dice in self._people(household, "free"):
            kinds: tuple[str, ...] = ()
            if person.sex is Sex.FEMALE and 35 <= person.age <= 64 and dice.chance(0.6):
                kinds = ("cervical_cancer", "breast_cancer")
            elif person.age == 0:
                kinds = ("newborn",)
            for kind in kinds:
                day = person.birth_date if kind == "newborn" else self._day(dice, 4, 10)
                yield {
                    **self._yearly(person, "screened_on", day),
                    "kind": kind,
                    "result": "negative",
                    "institution_code": self._centre,
                }

    def rehabilitations(self, household: Household) -> Iterator[Document]:
        for person, dice in self._people(household, "rehabilitation"):
            if person.disability is not None and dice.chance(0.45):
                cost = dice.yuan(400, 3000)
                paid = (cost * Decimal("0.7")).quantize(_CENT)
                yield {
                    "id_number": person.id_number,
                    "service": "mental_rehabilitation" if person.disability[0] == "6" else "functional_training",
                    "started_on": self._day(dice, 2, 6).isoformat(),
                    "in_insurance": True,
                    "cost": str(cost),
                    "paid_by_insurance": str(paid),
                    "paid_by_aid": str((cost - paid) / 2),
                    "institution_code": self._centre,
                }

    def publicity_visits(self, household: Household) -> Iterator[Document]:
        """M19: one visit each half-year that has begun."""
        dice = Dice(self._seed, "publicity", household.code, self._year)
        for first_month in (2, 8):
            day = date(self._year, first_month + dice.number(0, 2), dice.number(1, 28))
            if day <= self._today:
                yield {
                    "household_code": household.code,
                    "visited_on": day.isoformat(),
                    "topics": sorted(dice.shuffled(_TOPICS)[:3]),
                    "aware": dice.chance(0.97),
                }

    def _people(self, household: Household, purpose: str) -> Iterator[tuple[Person, Dice]]:
        for person in household.people:
            yield person, Dice(self._seed, purpose, self._year, person.id_number)

    def _yearly(self, person: Person, name: str, day: date) -> Document:
        day = max(day, person.birth_date)
        return {"id_number": person.id_number, "year": self._year, name: day.isoformat()}

    def _day(self, dice: Dice, first_month: int, last_month: int) -> date:
        """A day of this year between the months, today at the latest."""
        return min(date(self._year, dice.number(first_month, last_month), dice.number(1, 28)), self._today)


def _layers(kind: str, *, serious: bool, weak: bool, dice: Dice) -> dict[str, Decimal]:
    """A bill's total and what each layer pays, in the order in which they pay; what is left is self-paid."""
    if kind == "outpatient_chronic":
        total = dice.yuan(120, 900)
    else:
        total = dice.yuan(18_000, 96_000) if serious else dice.yuan(3_000, 14_000)
    left = total
    layers: dict[str, Decimal] = {}

    def pay(name: str, share: str, *, above: int = 0) -> None:
        nonlocal left
        layers[name] = (max(left - above, _NOTHING) * Decimal(share)).quantize(_CENT)
        left -= layers[name]

    pay("basic_insurance", "0.72" if kind == "inpatient" else "0.70")
    pay("serious_illness_insurance", "0.65", above=5_000)
    pay("supplementary_insurance", "0.50", above=3_000)
    pay("medical_aid", "0.70" if weak else "0.50")
    pay("other_aid", "0.30" if serious and dice.chance(0.4) else "0.00")
    return {"total": total, **layers, "self_paid": left}
