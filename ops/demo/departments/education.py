"""Education records of the district: schooling of two terms, aid, dropout control, teachers, schools, kindergartens."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from ops.demo.dice import Dice
from ops.demo.households import Household
from ops.demo.profiles import Profile
from ops.demo.step import Document, Step
from ops.demo.students import SCHOOLS, Student, students_of
from services.education.terms import Term, term_on
from shared.policy import PolicyStore

SERVICE = "education"

_AID = {
    "preschool": {"preschool_aid": 1200},
    "primary": {"boarding_subsidy": 625, "non_boarding_subsidy": 312},
    "junior": {"boarding_subsidy": 750, "non_boarding_subsidy": 375},
    "senior_high": {"senior_tuition_waiver": 400, "senior_grant": 1000},
    "secondary_vocational": {"vocational_tuition_waiver": 1000, "vocational_grant": 1150, "yulu": 1500},
    "higher_vocational": {"yulu": 1500, "college_grant": 1650},
    "undergraduate": {"college_grant": 1650},
}
"""Yuan a term of each item that a student of the stage is owed (D28, Y36–Y39)."""
_COSTS = {"senior_high": (400, 300, 200), "higher_vocational": (2500, 600, 300), "undergraduate": (2600, 600, 300)}
"""Tuition, lodging and books of a term, yuan."""
_POSTED, _PAID = timedelta(days=12), timedelta(days=24)


def steps(profile: Profile, made: Sequence[Household], *, today: date) -> Iterator[Step]:
    """The schools, and the current and the previous term of every student."""
    terms = SchoolTerms(profile, made, today=today)
    kinds: tuple[tuple[str, Callable[[], Iterator[Document]]], ...] = (
        ("schools", terms.schools),
        ("kindergarten-needs", terms.kindergarten_needs),
        ("student-counts", terms.student_counts),
        ("school-cohorts", terms.cohorts),
        ("teacher-trainings", terms.trainings),
        ("teacher-exchanges", terms.exchanges),
        ("enrolments", terms.enrolments),
        ("dropout-cases", terms.dropout_cases),
        ("aid-awards", terms.awards),
        ("teacher-pairings", terms.pairings),
        ("home-visits", terms.home_visits),
    )
    for records, documents in kinds:
        yield Step.of(SERVICE, records, documents())


class SchoolTerms:
    """The records of the term that runs and of the one before; a day that would lie ahead is today."""

    def __init__(self, profile: Profile, made: Sequence[Household], *, today: date) -> None:
        self._profile = profile
        self._seed = profile.seed
        self._today = today
        calendar = PolicyStore().current.at(area=profile.township.code, year=today.year)
        self._now, _ = term_on(calendar, today)
        self._before, _ = term_on(calendar, self._now.start - timedelta(days=1))
        self._students = list(students_of(profile, made))

    def schools(self) -> Iterator[Document]:
        """H21, Y41: a primary school and a kindergarten in each village, the others in the township."""
        township = self._profile.township
        for village in self._profile.villages:
            good = Dice(self._seed, "school", village.code).chance(0.9)
            yield self._school(village.code, "primary", f"{village.name}小学", "primary_school", standard=good)
            yield self._school(village.code, "preschool", f"{village.name}幼儿园", "kindergarten", inclusive=True)
        for stage, name, kind in (
            ("junior", "初级中学", "junior_high"),
            ("senior_high", "高级中学", "senior_high"),
            ("secondary_vocational", "职业技术学校", "vocational_school"),
        ):
            yield self._school(township.code, stage, f"{township.name}{name}", kind)

    def _school(
        self, division: str, stage: str, name: str, kind: str, *, standard: bool = True, inclusive: bool = False
    ) -> Document:
        place = division if stage in ("preschool", "primary") else division[:9]
        return {
            "division": division,
            "school_code": f"{SCHOOLS[stage]}{place}",
            "school_name": name,
            "kind": kind,
            "assessed_on": date(self._today.year - 1, 11, 20).isoformat(),
            "standardised": standard,
            "inclusive": inclusive,
            "places": 60 if kind == "kindergarten" else 360,
        }

    def kindergarten_needs(self) -> Iterator[Document]:
        """H21: enough places but in a few villages."""
        year = self._today.year - 1
        for village in self._profile.villages:
            dice = Dice(self._seed, "kindergarten", village.code, year)
            children = dice.number(12, 40)
            places = children + dice.number(0, 12) if dice.chance(0.92) else children - 4
            day = date(year, 10, 15).isoformat()
            yield {"division": village.code, "year": year, "counted_on": day, "children": children, "places": places}

    def student_counts(self) -> Iterator[Document]:
        """Y38: a fifth of the students of senior high school has the grant."""
        for term in (self._before, self._now):
            students = Dice(self._seed, "students", term.year, term.name).number(900, 1100)
            yield {
                "division": self._profile.township.code,
                "year": term.year,
                "term": term.name,
                "school_code": f"GZ{self._profile.township.code[:9]}",
                "stage": "senior_high",
                "counted_on": min(term.start + timedelta(days=30), self._today).isoformat(),
                "students": students,
                "aided": students // 5 + 3,
            }

    def cohorts(self) -> Iterator[Document]:
        """Y41: the cohort of each of the last two school years; the newer one did a little better."""
        newest = self._now.year if self._now.name == "autumn" else self._now.year - 1
        for year, graduated in ((newest - 1, 381), (newest, 389)):
            yield {
                "division": self._profile.township.code,
                "year": year,
                "counted_on": date(year, 7, 15).isoformat(),
                "entered": 400,
                "moved_in": 12,
                "moved_out": 14,
                "graduated": graduated,
            }

    def trainings(self) -> Iterator[Document]:
        """H35: IT and subject teaching in a third of the villages' schools."""
        for position, village in enumerate(self._profile.villages[::3]):
            yield {
                "division": village.code,
                "training_number": f"PX{village.code}",
                "subject": ("information_technology", "subject_teaching")[position % 2],
                "started_on": date(self._today.year, 1, 1).isoformat(),
                "school_code": f"XX{village.code}",
                "participants": 6,
            }

    def exchanges(self) -> Iterator[Document]:
        """Y41: a teacher of the junior high school at every fifth primary school."""
        for village in self._profile.villages[::5]:
            yield {
                "division": village.code,
                "teacher": "陈老师",
                "kind": "rotation",
                "from_school_code": f"CZ{village.code[:9]}",
                "to_school_code": f"XX{village.code}",
                "started_on": self._before.start.isoformat(),
            }

    def enrolments(self) -> Iterator[Document]:
        """D26, Y35: both terms of each student, and what has gone wrong with a few."""
        for student in self._students:
            if student.grade > 1 or self._now.name == "spring":
                yield self._enrolment(student, self._before)
            if student.plant == "unrecorded":
                continue
            document = self._enrolment(student, self._now)
            if student.plant in ("dropout", "lawful"):
                status = ("dropped_out", "poverty") if student.plant == "dropout" else ("suspended", "illness")
                document |= {"status": status[0], "reason": status[1], "left_on": document["registered_on"]}
            elif student.plant == "home_teaching":
                document |= {"status": "home_teaching", "reason": "severe_disability", "boarding": False}
            yield document
            if student.plant == "two_schools":
                yield document | {"school_code": f"CZ{self._profile.township.code[:9]}B"}

    def _enrolment(self, student: Student, term: Term) -> Document:
        dice = Dice(self._seed, "enrolment", term.year, term.name, student.person.id_number)
        # The grade rose in autumn.
        grade = student.grade - (self._now.name == "autumn" and term != self._now)
        document: Document = {
            "id_number": student.person.id_number,
            "year": term.year,
            "term": term.name,
            "stage": student.stage,
            "grade": max(grade, 7 if student.stage == "junior" else 1),
            "status": "in_school",
            "registered_on": min(term.start + timedelta(days=dice.number(0, 4)), self._today).isoformat(),
            "school_code": student.school(student.stage),
            "boarding": student.boarding,
            "inclusive_kindergarten": student.stage == "preschool",
        }
        if costs := _COSTS.get(student.stage):
            document |= dict(zip(("tuition", "lodging", "books"), (str(cost) for cost in costs), strict=True))
        return document

    def dropout_cases(self) -> Iterator[Document]:
        """M21, H22: one found and never visited, one visited and lawful until the summer, one who came back."""
        for student in self._students:
            found = min(self._now.start + timedelta(days=9), self._today)
            case: Document = {"id_number": student.person.id_number, "found_on": found.isoformat(), "reason": "poverty"}
            visited = {"visited_on": min(found + timedelta(days=3), self._today).isoformat(), "visitor": "王老师"}
            if student.plant == "dropout":
                yield case
            elif student.plant == "found":
                yield case | visited | {"reason": "unwilling"}
            elif student.plant == "lawful":
                until = date(self._today.year + 1, 8, 31).isoformat()
                lawful = {"lawful_on": visited["visited_on"], "lawful_reason": "illness", "lawful_until": until}
                yield case | visited | lawful | {"reason": "illness"}

    def awards(self) -> Iterator[Document]:
        """D27, D28: what each student is owed in both terms; a few are late, missing, doubled or misplaced."""
        for student in self._students:
            for term in (self._before, self._now):
                if term == self._now or student.grade > 1 or self._now.name == "spring":
                    yield from self._awards_of(student, term)

    def _awards_of(self, student: Student, term: Term) -> Iterator[Document]:
        running = term == self._now
        absent = student.plant in ("dropout", "lawful", "unrecorded", "home_teaching", "found")
        applied = term.start + timedelta(days=8)
        if applied > self._today or (running and (absent or student.plant == "no_aid")):
            return
        for item, amount in self._owed(student):
            document: Document = {
                "id_number": student.person.id_number,
                "year": term.year,
                "term": term.name,
                "item": item,
                "award_number": f"ZZ{term.year}{term.name}{item}",
                "stage": student.stage,
                "amount": str(amount),
                "applied_on": applied.isoformat(),
            }
            late = student.plant == "unpaid" and not running
            if not late and applied + _POSTED <= self._today:
                document["posted_on"] = (applied + _POSTED).isoformat()
            if not late and applied + _PAID <= self._today:
                document["paid_on"] = (applied + _PAID).isoformat()
            if student.plant == "irregular" and not running:
                document |= {"amount": str(amount + 200), "paid_on": document["posted_on"]}
            yield document
            if student.plant == "paid_twice" and not running:
                yield document | {"award_number": f"{document['award_number']}b"}
        if student.plant == "misplaced" and not running:
            wrong = {"item": "vocational_grant", "stage": "secondary_vocational", "award_number": "ZZ-0"}
            yield document | wrong | {"amount": "1150"}

    def _owed(self, student: Student) -> Iterator[tuple[str, Decimal]]:
        for item, amount in _AID[student.stage].items():
            if item not in ("boarding_subsidy", "non_boarding_subsidy") or student.boarding == (
                item == "boarding_subsidy"
            ):
                yield item, Decimal(amount)
        if self._profile.name == "hanyang":
            # H20: tuition and accommodation are free up to higher vocational college.
            if student.stage == "higher_vocational":
                yield "college_tuition_waiver", Decimal(2500)
            if student.boarding:
                yield "accommodation_waiver", Decimal(300)

    def pairings(self) -> Iterator[Document]:
        """M23: nearly every student has a teacher."""
        for student in self._students:
            dice = Dice(self._seed, "pairing", student.person.id_number)
            if dice.chance(0.95) and student.stage not in ("higher_vocational", "undergraduate"):
                yield {
                    "id_number": student.person.id_number,
                    "teacher": f"{dice.one('王李张刘陈杨黄周')}老师",
                    "school_code": student.school(student.stage),
                    "paired_on": (self._before.start + timedelta(days=14)).isoformat(),
                }

    def home_visits(self) -> Iterator[Document]:
        """M23: one visit a term to most households with students."""
        for code in sorted({student.household.code for student in self._students}):
            dice = Dice(self._seed, "home-visit", self._now.year, self._now.name, code)
            if dice.chance(0.9):
                yield {
                    "household_code": code,
                    "visited_on": dice.day(self._now.start, self._today).isoformat(),
                    "visitor": f"{dice.one('王李张刘陈杨黄周')}老师",
                    "topics": sorted(dice.shuffled(("aid_policy", "learning", "care"))[:2]),
                }
