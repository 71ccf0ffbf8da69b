"""Housing of the district: dwellings, appraisals, renovations as far as they came, subsidies, relocations, checks.

A few cases of each kind that the standing lists look for are planted among them.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from ops.demo.dice import Dice
from ops.demo.households import Household
from ops.demo.profiles import Profile
from ops.demo.step import Document, Step

SERVICE = "housing"
GRANTS = {"C": 14_000, "D": 28_000}
_APPRAISER = "区房屋安全鉴定站"
_STAGES: dict[str, float] = {"identified": 10, "approved": 10, "started": 12, "accepted": 13, "paid": 55}
_DAYS_AGO = {
    "none": (30, 900),
    "identified": (16, 45),
    "approved": (80, 190),
    "started": (120, 330),
    "accepted": (300, 500),
    "paid": (330, 800),
}
"""When was applied for what stands at a stage today; the oldest of each are late."""
_ON_TIME, _LATE, _CUT, _ABOVE, _EARLY, _COSTLY = "on_time", "late", "cut", "above", "early", "costly"
_TOO_MUCH = 2_000
"""Yuan above the grant, or of a grant above the standard."""


def steps(profile: Profile, made: Sequence[Household], *, today: date) -> Iterator[Step]:
    """The records of every household, in the order in which they arose."""
    housing = Housing(profile, today=today)
    kinds: tuple[tuple[str, Callable[[Household], Iterator[Document]]], ...] = (
        ("dwellings", housing.dwellings),
        ("appraisals", housing.appraisals),
        ("renovations", housing.renovations),
        ("renovations", housing.repeated),
        ("subsidy-payments", housing.payments),
        ("relocations", housing.relocations),
        ("satisfaction-surveys", housing.surveys),
        ("house-checks", housing.checks),
    )
    for records, documents in kinds:
        yield Step.of(SERVICE, records, (row for household in made for row in documents(household)))


class Fate:
    """How a household is housed: drawn once, so that its records tell one story."""

    def __init__(self, household: Household, seed: str, *, today: date) -> None:
        dice = Dice(seed, "housing", household.code)
        weak = household.kind != "general"
        self.today = today
        self.relocated = dice.chance(0.03)
        self.grade = dice.weighted({"A": 30, "B": 52, "C": 9, "D": 9} if weak else {"A": 38, "B": 54, "C": 5, "D": 3})
        self.dangerous = self.grade in GRANTS and not self.relocated
        self.stage = dice.weighted(_STAGES) if self.dangerous and dice.chance(0.9) else "none"
        self.mistaken = not self.dangerous and not self.relocated and dice.chance(0.004)
        if self.mistaken:
            self.stage = "approved"
        self.applied_on = today - timedelta(days=dice.number(*_DAYS_AGO[self.stage]))
        self.appraised_on = self.applied_on - timedelta(days=dice.number(20, 90))
        if not self.dangerous:
            self.appraised_on = today - timedelta(days=dice.number(30, 1000 if dice.chance(0.93) else 1600))
        if self.mistaken:
            self.appraised_on = today - timedelta(days=20)
        self.appraised = dice.chance(0.98) or self.mistaken
        self.subsidy = dice.weighted({_ON_TIME: 82, _LATE: 5, _CUT: 3, _ABOVE: 3, _EARLY: 3, _COSTLY: 4})
        self.other_dwelling = dice.chance(0.04 if self.dangerous else 0.01)
        self.age = dice.number(30, 60) if self.grade in GRANTS else dice.number(3, 30)
        self.structure = dice.one(("earth", "brick_timber") if self.dangerous else ("brick_concrete", "brick_timber"))
        self.spare_room = dice.number(0, 30)

    def day(self, after: int) -> date:
        """So many days after the application, today at the latest."""
        return min(self.applied_on + timedelta(days=after), self.today)

    @property
    def identified_as(self) -> str:
        """The grade of the renovation; a house found safe afterwards was identified as C."""
        return "C" if self.mistaken else self.grade

    @property
    def granted(self) -> int:
        return GRANTS[self.identified_as] + (_TOO_MUCH if self.subsidy == _COSTLY else 0)

    @property
    def received(self) -> int:
        return self.granted + (_TOO_MUCH if self.subsidy == _ABOVE else 0) - (500 if self.subsidy == _CUT else 0)

    @property
    def approved(self) -> bool:
        return self.stage in ("approved", "started", "accepted", "paid")

    @property
    def accepted(self) -> bool:
        return self.stage in ("accepted", "paid")

    @property
    def accepted_on(self) -> date:
        """Those whose subsidy has still to come were accepted this month."""
        return self.day(260) if self.stage == "paid" else self.today - timedelta(days=12)

    @property
    def paid_on(self) -> date:
        days = {_LATE: 60, _EARLY: -20}.get(self.subsidy, 19)
        return min(self.accepted_on + timedelta(days=days), self.today)


class Housing:
    """The records of the district's households."""

    def __init__(self, profile: Profile, *, today: date) -> None:
        self._seed = profile.seed
        self._today = today
        self._fates: dict[str, Fate] = {}

    def dwellings(self, household: Household) -> Iterator[Document]:
        """The home, and now and then another one in town that makes it not the only dwelling."""
        fate = self._fate(household)
        home: Document = {
            "household_code": household.code,
            "surveyed_on": fate.appraised_on.isoformat(),
            "structure": fate.structure,
            "built_year": self._today.year - fate.age,
            "floor_area": 40 + 15 * len(household.people) + fate.spare_room,
            "tenure": "resettlement" if fate.relocated else "own",
        }
        yield home
        if fate.other_dwelling:
            flat = {"tenure": "commercial", "structure": "reinforced_concrete", "floor_area": 85, "lived_in": False}
            yield {**home, **flat, "dwelling_number": 2, "built_year": self._today.year - 4}

    def appraisals(self, household: Household) -> Iterator[Document]:
        fate = self._fate(household)
        base: Document = {"household_code": household.code, "appraiser": _APPRAISER}
        if fate.appraised and not fate.relocated:
            found = {"grade": fate.grade, "certificate_number": f"JD{household.code}"}
            yield {**base, "appraised_on": fate.appraised_on.isoformat(), **found}
        if fate.other_dwelling:
            yield {**base, "dwelling_number": 2, "appraised_on": fate.appraised_on.isoformat(), "grade": "A"}

    def renovations(self, household: Household) -> Iterator[Document]:
        """The files of the bureau's system, taken over as far as they have come."""
        fate = self._fate(household)
        if fate.stage == "none":
            return
        days: Document = {"applied_on": fate.day(0).isoformat(), "identified_on": fate.day(15).isoformat()}
        last = fate.day(15)
        if fate.approved:
            last = fate.day(70)
            days |= {
                "approved_on": last.isoformat(),
                "project_number": project_number(household),
                "granted": str(fate.granted),
                "mode": "rebuild" if fate.identified_as == "D" else "repair",
            }
        if fate.stage in ("started", "accepted", "paid"):
            last = fate.day(100)
            days["started_on"] = last.isoformat()
        if fate.accepted:
            last = fate.accepted_on
            days["accepted_on"] = days["inspected_on"] = last.isoformat()
        if fate.stage == "paid":
            last = max(last, fate.paid_on)
            days |= {"paid_on": last.isoformat(), "paid": str(fate.received)}
        yield {
            "household_code": household.code,
            "step": "take_over",
            "taken_on": last.isoformat(),
            "year": fate.day(70).year if fate.approved else fate.applied_on.year,
            "category": "registered",
            "grade": fate.identified_as,
            **days,
        }

    def repeated(self, household: Household) -> Iterator[Document]:
        """Now and then a household asks again after it was subsidised."""
        fate = self._fate(household)
        if fate.stage == "paid" and Dice(self._seed, "again", household.code).chance(0.05):
            applied = (self._today - timedelta(days=40)).isoformat()
            yield {
                "household_code": household.code,
                "step": "take_over",
                "taken_on": self._today.isoformat(),
                "year": self._today.year,
                "category": "registered",
                "grade": "C",
                "applied_on": applied,
                "identified_on": (self._today - timedelta(days=10)).isoformat(),
            }

    def payments(self, household: Household) -> Iterator[Document]:
        """Y23: most reach the household in time; a few late, cut, above the grant or before the works are accepted."""
        fate = self._fate(household)
        base: Document = {
            "household_code": household.code,
            "payment_number": f"BZ{household.code}",
            "project_number": project_number(household),
            "fund": "central",
        }
        if fate.stage == "paid":
            yield {
                **base,
                "allotted_on": (fate.paid_on - timedelta(days=9)).isoformat(),
                "amount": str(max(fate.received, fate.granted)),
                "paid_on": fate.paid_on.isoformat(),
                "received": str(fate.received),
            }
        elif fate.stage == "accepted":
            yield {**base, "allotted_on": (self._today - timedelta(days=6)).isoformat(), "amount": str(fate.granted)}
        elif fate.stage == "none" and Dice(self._seed, "misused", household.code).chance(0.003):
            day = (self._today - timedelta(days=100)).isoformat()
            yield {**base, "allotted_on": day, "amount": "14000", "paid_on": day, "received": "14000"}

    def relocations(self, household: Household) -> Iterator[Document]:
        fate = self._fate(household)
        if not fate.relocated:
            return
        dice = Dice(self._seed, "relocation", household.code)
        moved = self._today - timedelta(days=dice.number(300, 900))
        document: Document = {
            "household_code": household.code,
            "agreement_number": f"BQ{household.code}",
            "agreed_on": (moved - timedelta(days=400)).isoformat(),
            "mode": dice.one(("hamlet", "single")),
            "resettlement": "central",
            "site": "集镇安置点",
            "floor_area": 25 * len(household.people),
            "delivered_on": (moved - timedelta(days=30)).isoformat(),
            "moved_in_on": moved.isoformat(),
        }
        if dice.chance(0.8):
            document["old_house_removed_on"] = (moved + timedelta(days=90)).isoformat()
        yield document

    def surveys(self, household: Household) -> Iterator[Document]:
        """Y25: asked once the subsidy is paid, this year."""
        fate = self._fate(household)
        if fate.stage == "paid":
            dice = Dice(self._seed, "survey", household.code)
            day = max(date(self._today.year, 1, 1), min(fate.accepted_on + timedelta(days=90), self._today))
            yield {
                "household_code": household.code,
                "project_number": project_number(household),
                "surveyed_on": day.isoformat(),
                "satisfaction": dice.weighted({"very_satisfied": 55, "satisfied": 40, "fair": 4, "dissatisfied": 1}),
                "basic_sanitation": dice.chance(0.97),
            }

    def checks(self, household: Household) -> Iterator[Document]:
        """D25, M25: this year's look at most houses; a few problems, most of them put right."""
        dice = Dice(self._seed, "house-check", household.code)
        if not dice.chance(0.95):
            return
        checked = min(date(self._today.year, dice.number(1, 10), dice.number(1, 28)), self._today)
        document: Document = {"household_code": household.code, "checked_on": checked.isoformat()}
        if dice.chance(0.06):
            document["problems"] = [dice.one(("poor_sanitation", "file_incomplete", "damaged_since"))]
            if dice.chance(0.7):
                document["rectified_on"] = min(checked + timedelta(days=dice.number(5, 60)), self._today).isoformat()
        yield document

    def _fate(self, household: Household) -> Fate:
        if household.code not in self._fates:
            self._fates[household.code] = Fate(household, self._seed, today=self._today)
        return self._fates[household.code]


def project_number(household: Household) -> str:
    return f"WG{household.code}"
