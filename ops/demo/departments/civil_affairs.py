"""Social assistance of the district: dibao and tekun in force, households on the edge, planted contradictions.

The amounts are those that the income years book, so that registry and civil affairs agree but where a case is planted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from ops.demo.dice import Dice
from ops.demo.households import Household
from ops.demo.income import income_documents, newest_income_year
from ops.demo.persons import Person
from ops.demo.profiles import Profile
from ops.demo.step import Document, Step
from services.civil_affairs.amounts import on_the_edge
from shared.policy import PolicyStore

SERVICE = "civil_affairs"
DISTRICT_OFFICIAL = {"official": "区民政局经办人", "role": "district_officer"}
REVIEW_MONTHS = {"a": 12, "b": 12, "c": 6}
STRANGERS = 3
_ABLE = ("ordinary", "skilled")
_CENT = Decimal("0.01")
_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Means:
    """What the newest income year says of a household, yuan: dibao of the year, income per person without it."""

    dibao: Decimal
    tekun: Decimal
    per_capita: Decimal


def steps(profile: Profile, made: Sequence[Household], *, today: date) -> Iterator[Step]:
    year = newest_income_year(today, profile.township.code)
    means = {one.code: means_of(one, year=year, seed=profile.seed) for one in made}
    awards = Awards(profile, today=today)
    dibao = [one for one in made if one.kind == "dibao"]
    yield Step.of(SERVICE, "focus-persons", (row for one in made for row in awards.focus_persons(one)))
    yield Step.of(SERVICE, "dibao-cases", (awards.dibao(one, means[one.code], n) for n, one in enumerate(dibao)))
    yield replace(Step.of(SERVICE, "dibao-cases", awards.strangers(profile)), strangers=STRANGERS)
    tekun = [one for one in made if one.kind == "tekun"]
    yield Step.of(SERVICE, "tekun-cases", (awards.tekun(one, means[one.code], n) for n, one in enumerate(tekun)))
    policy = PolicyStore().current.at(area=profile.township.code, year=today.year)
    edge = [one for one in made if one.kind == "general" and on_the_edge(means[one.code].per_capita, policy)]
    yield Step.of(SERVICE, "edge-households", (awards.edge(one, means[one.code]) for one in edge[:30]))
    yield Step.of(SERVICE, "deaths", (awards.death(one) for one in tekun[-1:]))


def means_of(household: Household, *, year: int, seed: str) -> Means:
    document = income_documents(household, year=year, seed=seed)[0]
    amounts = {name: Decimal(str(value)) for name, value in document.items() if name.startswith(_INCOME)}
    paid = sum((amounts.get(name, Decimal(0)) for name in _PAID), Decimal(0))
    received = sum((amount for name, amount in amounts.items() if name not in _PAID), Decimal(0))
    dibao, tekun = amounts.get("transfer_dibao", Decimal(0)), amounts.get("transfer_tekun", Decimal(0))
    own = (received - paid - dibao - tekun) / len(household.people)
    return Means(dibao=dibao, tekun=tekun, per_capita=max(own, Decimal(0)).quantize(_CENT))


_INCOME = ("wage_", "operating_", "property_", "transfer", "compliant_")
_PAID = ("operating_expense", "transfers_paid", "compliant_self_paid")


class Awards:
    """What is in force, taken over from the system before."""

    def __init__(self, profile: Profile, *, today: date) -> None:
        self._seed = profile.seed
        self._township = profile.township.code
        self._today = today

    def dibao(self, household: Household, means: Means, number: int) -> Document:
        """H07; every 90th is paid less than booked, every 100th was checked with another income, every 40th is late."""
        dice = Dice(self._seed, "dibao", household.code)
        able = [one for one in household.people if one.labour_skill in _ABLE]
        dibao_class = "c" if any(one.works for one in able) else "b" if able else "a"
        monthly = means.dibao / 12 * (Decimal("0.55") if number % 90 == 7 else 1)
        income = means.per_capita + (Decimal(3200) if number % 100 == 11 else 0)
        groups = [group for one in household.people if (group := key_group(one))]
        return self._taken_over(dice, months=REVIEW_MONTHS[dibao_class], late=number % 40 == 3) | {
            "household_code": household.code,
            "persons": len(household.people),
            "per_capita_income": str(income),
            "property_within_rule": True,
            "dibao_class": dibao_class,
            "focus_groups": [] if number % 70 == 5 else groups,
            "highest_persons": 0 if number % 9 == 4 else groups.count("severely_disabled"),
            "monthly_amount": str(monthly.quantize(_CENT)),
            "certificate_number": f"DB{household.code}",
        }

    def strangers(self, profile: Profile) -> Iterator[Document]:
        """SYS03: families in dibao that nobody has registered."""
        for number in range(STRANGERS):
            dice = Dice(self._seed, "stranger", number)
            village = profile.villages[number % len(profile.villages)].code
            yield self._taken_over(dice, months=12, late=False) | {
                "household_code": f"DB{village}{number}",
                "village": village,
                "persons": dice.number(1, 3),
                "per_capita_income": str(dice.yuan(1200, 4800)),
                "dibao_class": "b",
                "monthly_amount": str(dice.yuan(180, 420)),
                "certificate_number": f"DBW{village}{number}",
            }

    def tekun(self, household: Household, means: Means, number: int) -> Document:
        """H08, Y58: some live in the home for the aged."""
        person = household.people[0]
        dice = Dice(self._seed, "tekun", household.code)
        missing = dice.weighted({0: 60, 1: 12, 2: 10, 4: 10, 6: 8})
        items = dice.shuffled(("eat", "dress", "bed", "toilet", "walk", "wash"))[:missing]
        care = "600.00" if missing >= 4 else "300.00" if missing else "60.00"
        document: Document = {
            "id_number": person.id_number,
            "labour_ground": "elderly" if person.age >= 60 else "disabled" if person.disability else "severely_ill",
            "missing_items": items,
            "mode": "dispersed",
            "basic_amount": str((means.tekun / 12).quantize(_CENT)),
            "care_amount": care,
            "certificate_number": f"TK{household.code}",
        }
        if Dice(self._seed, "stay", person.id_number).chance(0.4):  # as the stays in the home have it
            document |= {"mode": "centralised", "institution_code": f"MZ{self._township}1"}
        return self._taken_over(dice, months=12, late=number % 20 == 9) | document

    def focus_persons(self, household: Household) -> Iterator[Document]:
        """H37: the groups that neither age nor certificate shows; the severely ill, and a few of the others."""
        for person in household.people:
            dice = Dice(self._seed, "focus", person.id_number)
            group = "severely_ill" if person.serious else None
            if group is None and household.kind == "dibao" and person.age >= 49 and dice.chance(0.01):
                group = dice.one(("righteous_courage", "lost_only_child", "old_revolutionary_base"))
            if group is not None:
                since = date(self._today.year - dice.number(1, 4), dice.number(1, 12), 10)
                yield {"id_number": person.id_number, "focus_group": group, "since": since.isoformat()}

    def edge(self, household: Household, means: Means) -> Document:
        dice = Dice(self._seed, "edge", household.code)
        return {
            "household_code": household.code,
            "recognised_on": (self._today - dice.number(1, 10) * _MONTH).isoformat(),
            "per_capita_income": str(means.per_capita),
        }

    def death(self, household: Household) -> Document:
        """A person supported as tekun who has died: what must be found and ended."""
        died = self._today - timedelta(days=25)
        return {
            "id_number": household.people[0].id_number,
            "died_on": died.isoformat(),
            "registered_on": (died + timedelta(days=3)).isoformat(),
            "manner": "cremation",
        }

    def _taken_over(self, dice: Dice, *, months: int, late: bool) -> Document:
        """In force for years, last reviewed within its interval but for those that are late."""
        reviewed = self._today - (dice.number(0, months - 2) * _MONTH if not late else (months + 2) * _MONTH)
        granted = date(self._today.year - dice.number(3, 8), dice.number(1, 12), 1)
        return {
            "step": "take_over",
            "taken_on": self._today.isoformat(),
            "on_behalf_of": DISTRICT_OFFICIAL,
            "granted_on": granted.isoformat(),
            "reviewed_on": reviewed.isoformat(),
        }


def key_group(person: Person) -> str | None:
    """The key group of a person with the highest share, if any."""
    if person.disability is not None and person.disability[1] in ("1", "2"):
        return "severely_disabled"
    if person.age >= 60:
        return "elderly"
    if person.age < 18:
        return "minor"
    return "severely_ill" if person.serious else None
