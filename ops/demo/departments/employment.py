"""Employment records of the district: labour force, training, vacancies and referrals, work, posts, start-ups.

Planted among them, for the standing lists: work lost of late, casual work, posts beyond three years and of who cannot
work, referrals without a result, an award for somebody who did not work there, a course that nobody held.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from ops.demo.dice import Dice
from ops.demo.households import Household
from ops.demo.labour_market import (
    ACTIVITIES,
    ADULT,
    SESSIONS,
    TRADES,
    LabourMarket,
    employer_code,
    session_number,
    session_start,
    vacancy_number,
)
from ops.demo.persons import Person
from ops.demo.profiles import Profile
from ops.demo.step import Document, Step
from shared.roster.models import Sex

SERVICE = "employment"
LABOUR = ("ordinary", "skilled", "weak")
_POSTS = ("cleaning", "greening", "patrol", "road_keeper", "water_guard")
_WAGE_AWAY = {
    "township": (1800, 2800),
    "county": (2400, 3600),
    "province": (3200, 5200),
    "outside_province": (3800, 6500),
}


def steps(profile: Profile, made: Sequence[Household], *, today: date) -> Iterator[Step]:
    """What the place offers, then the current year of every household."""
    place, year = LabourMarket(profile, today=today), EmploymentYear(profile, today=today)
    yield Step.of(SERVICE, "employers", place.employers())
    yield Step.of(SERVICE, "employment-bases", place.bases())
    yield Step.of(SERVICE, "training-sessions", place.sessions())
    yield Step.of(SERVICE, "vacancies", place.vacancies())
    yield Step.of(SERVICE, "employment-activities", place.activities())
    kinds: tuple[tuple[str, Callable[[Person, Dice], Iterator[Document]]], ...] = (
        ("labour-profiles", year.profile),
        ("training-attendances", year.attendances),
        ("placements", year.placements),
        ("public-welfare-posts", year.posts),
        ("work-years", year.last_year),
        ("referrals", year.referrals),
        ("employer-awards", year.awards),
        ("activity-participations", year.participations),
        ("start-up-supports", year.start_ups),
    )
    for records, documents in kinds:
        yield Step.of(SERVICE, records, (row for one in made for row in year.of(one, documents)))


class EmploymentYear:
    """The records of the persons. What is drawn once for a person is the same for each kind of record."""

    def __init__(self, profile: Profile, *, today: date) -> None:
        self._seed = profile.seed
        self._township = profile.township.name
        self._today = today
        self._year = today.year

    def of(self, household: Household, documents: Callable[[Person, Dice], Iterator[Document]]) -> Iterator[Document]:
        """The rows of the household's adults who are not at school."""
        for person in household.people:
            if person.age > ADULT and person.student_status is None:
                dice = Dice(self._seed, documents.__name__, self._year, person.id_number)
                for row in documents(person, dice):
                    yield {"id_number": person.id_number, **row}

    def profile(self, person: Person, dice: Dice) -> Iterator[Document]:
        """D19, H18, Y29: nearly every labourer was asked this year."""
        if person.labour_skill not in LABOUR or dice.chance(0.04):
            return
        willing, needs = self._willing(person), self._needs_training(person)
        row: Document = {
            "year": self._year,
            "surveyed_on": self._day(dice, 1, 3).isoformat(),
            "ability": person.labour_skill,
            "skills": [skill] if (skill := self._skill(person)) else [],
            "willing_to_work": willing,
            "needs_training": needs,
            "wants_start_up": self._wants_start_up(person),
        }
        if willing and dice.chance(0.5):
            row |= {"wanted_places": ["township", "county"], "least_monthly_wage": str(dice.yuan(1500, 2600))}
        if not person.works:
            row["not_working_reason"] = "seeking" if willing else dice.one(("farming", "family_care", "illness"))
        yield row

    def attendances(self, person: Person, dice: Dice) -> Iterator[Document]:
        """D18, Y30: most of those who need it; one in a hundred in a course that nobody held."""
        if person.labour_skill not in LABOUR or not self._needs_training(person) or not dice.chance(0.85):
            return
        fits = [number for number, (kind, _) in enumerate(SESSIONS) if _is_for(kind, person)]
        number = dice.one(fits)
        kind, skill = SESSIONS[number]
        first = session_start(number, self._today)
        row: Document = {
            "session_number": "PX0000" if dice.chance(0.01) else session_number(number, self._today),
            "kind": kind,
            "skill": skill,
            "started_on": first.isoformat(),
        }
        if dice.chance(0.95):
            done = first + timedelta(days=9)
            row |= {"outcome": "completed", "completed_on": done.isoformat()}
            paper = {"certificate_kind": "training", "certificate_number": f"ZS{person.id_number[-12:]}"}
            row |= {**paper, "certified_on": (done + timedelta(days=10)).isoformat()}
        yield row

    def placements(self, person: Person, dice: Dice) -> Iterator[Document]:
        """M14: those whom the register has in work, but for one in a hundred; a few have lost it of late."""
        if not person.works or dice.chance(0.01):
            return
        place = str(person.work_place)
        number = self._employer(person)
        low, high = _WAGE_AWAY[place]
        row: Document = {
            "employer_name": "外地用工单位" if number is None else f"{self._township}{TRADES[number][2]}",
            "started_on": self._work_start(person).isoformat(),
            "place": place,
            "monthly_wage": str(dice.yuan(low, high)),
            "arrangement": dice.weighted({"contract": 70.0, "agreement": 21.0, "seasonal": 4.0, "casual": 5.0}),
            "channel": dice.one(
                ("self_found", "relatives", "organised") if number is None else ("referral", "activity")
            ),
        }
        if number is not None:
            row |= {"employer_code": employer_code(number), "occupation": TRADES[number][0]}
        if dice.chance(0.012):
            ended = self._today - timedelta(days=dice.number(2, 50))
            row |= {"ended_on": ended.isoformat(), "end_reason": dice.one(("dismissed", "employer_closed", "illness"))}
        yield row

    def posts(self, person: Person, dice: Dice) -> Iterator[Document]:
        """Y33: posts for older weak labour without work; a few for too long, a few for who cannot work."""
        unable = person.labour_skill == "lost" and dice.chance(0.02)
        if not unable and (person.works or person.labour_skill != "weak" or person.age < 45 or not dice.chance(0.3)):
            return
        post = {"payer": dice.one(("township", "village")), "monthly_subsidy": str(dice.yuan(400, 800, step=100))}
        if dice.chance(0.06):
            first, last = date(self._year - 5, 1, 1), date(self._year - 3, 12, 31)
            yield {**post, "kind": "patrol", "started_on": first.isoformat(), "contract_until": last.isoformat()}
        first = date(self._year - 1, dice.number(3, 12), 1)
        until = date(self._year + 1, 12, 31)
        yield {
            **post,
            "kind": dice.one(_POSTS),
            "started_on": first.isoformat(),
            "contract_until": until.isoformat(),
        }

    def last_year(self, person: Person, dice: Dice) -> Iterator[Document]:
        """What those in work reported of the year before."""
        if person.works:
            low, high = _WAGE_AWAY[str(person.work_place)]
            yield {
                "year": self._year - 1,
                "reported_on": self._day(dice, 1, 2).isoformat(),
                "work_months": person.work_months,
                "place": person.work_place,
                "wage_income": str(dice.yuan(low, high) * person.work_months),
            }

    def referrals(self, person: Person, dice: Dice) -> Iterator[Document]:
        """D19: most of the willing without work; of some the result is awaited, of a few for too long."""
        if person.works or person.labour_skill not in LABOUR or not self._willing(person) or not dice.chance(0.7):
            return
        day = self._today - timedelta(days=dice.number(1, 40))
        row: Document = {
            "vacancy_number": vacancy_number(dice.number(0, len(TRADES) - 1), 0),
            "referred_on": day.isoformat(),
        }
        if dice.chance(0.75):
            refused = {"result": dice.one(("refused_by_employer", "declined_by_person")), "reason": dice.one(_REASONS)}
            row |= {**refused, "result_on": min(day + timedelta(days=dice.number(1, 12)), self._today).isoformat()}
        yield row

    def awards(self, person: Person, dice: Dice) -> Iterator[Document]:
        """Y28: for those whom the employers of the place have absorbed; a few for somebody who was never there."""
        number = self._employer(person) if person.works else None
        if number is None:
            number = 3 if dice.chance(0.002) else None
        elif number % 5 == 0 or not dice.chance(0.6):
            return
        if number is not None:
            yield {
                "employer_code": employer_code(number),
                "employer_name": f"{self._township}{TRADES[number][2]}",
                "kind": "absorption",
                "year": self._year,
                "paid_on": self._day(dice, 3, 8).isoformat(),
                "amount": "1000",
            }

    def participations(self, person: Person, dice: Dice) -> Iterator[Document]:
        for number, (kind, _, month, day) in enumerate(ACTIVITIES):
            held = date(self._year, month, day)
            if held <= self._today and person.labour_skill in LABOUR and dice.chance(0.12):
                result = dice.one(("informed", "informed", "intention"))
                yield {
                    "activity_number": f"HD{self._year}{number}",
                    "kind": kind,
                    "attended_on": held.isoformat(),
                    "result": "start_up_guidance" if kind == "farmer_entrepreneurship" else result,
                }

    def start_ups(self, person: Person, dice: Dice) -> Iterator[Document]:
        """Y34: loans and subsidies for most of those who want to start a business."""
        if person.labour_skill in LABOUR and self._wants_start_up(person) and dice.chance(0.7):
            granted = self._day(dice, 4, 10)
            row: Document = {"business_name": f"{person.name}家庭农场", "granted_on": granted.isoformat()}
            if dice.chance(0.5):
                yield {**row, "kind": "guaranteed_loan", "amount": str(dice.yuan(20_000, 80_000, step=10_000))}
            else:
                yield {**row, "kind": "subsidy", "amount": "5000", "jobs_created": dice.number(1, 3)}

    def _once(self, person: Person, purpose: str) -> Dice:
        return Dice(self._seed, "employment", purpose, person.id_number)

    def _willing(self, person: Person) -> bool:
        return self._once(person, "willing").chance(0.95 if person.works else 0.35 if person.age < 60 else 0.1)

    def _needs_training(self, person: Person) -> bool:
        return person.age < 60 and self._once(person, "training").chance(0.4)

    def _wants_start_up(self, person: Person) -> bool:
        return person.labour_skill == "skilled" and person.age < 55 and self._once(person, "start-up").chance(0.12)

    def _skill(self, person: Person) -> str | None:
        dice = self._once(person, "skill")
        known = person.labour_skill == "skilled" or dice.chance(0.85)
        return dice.one(("planting", "breeding", "cooking", "masonry", "sewing")) if known else None

    def _employer(self, person: Person) -> int | None:
        """The employer of the place where the person works; None: far away."""
        near = person.work_place in ("township", "county")
        return self._once(person, "employer").number(0, len(TRADES) - 1) if near else None

    def _work_start(self, person: Person) -> date:
        """One to three years ago, and not as a child."""
        dice = self._once(person, "work")
        years = min(dice.number(1, 3), person.age - ADULT + 1)
        return date(self._year - years, dice.number(1, 12), dice.number(1, 28))

    def _day(self, dice: Dice, first_month: int, last_month: int) -> date:
        """A day of this year between the months, today at the latest."""
        return min(date(self._year, dice.number(first_month, last_month), dice.number(1, 28)), self._today)


_REASONS = ("conditions_not_met", "wage_too_low", "too_far", "family_care")


def _is_for(kind: str, person: Person) -> bool:
    """Y30: special courses have their own participants."""
    match kind:
        case "women_entrepreneur":
            return person.sex is Sex.FEMALE
        case "disabled_employment":
            return person.disability is not None
        case "youth_leader":
            return person.age <= 40
    return True
