"""The whole district as requests to the public interface, in the order in which they are sent. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ops.demo.health import HealthYear, institution_documents
from ops.demo.households import Document, Household, household_document, households
from ops.demo.income import income_documents, newest_income_year
from ops.demo.profiles import Profile

REGISTRY = "registry"
HEALTH = "health"
INCOME_YEARS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Step:
    """Rows for one batch route. The rows of a step do not depend on each other, those of a later step may on these."""

    title: str
    service: str
    path: str
    rows: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class District:
    profile: Profile
    households: tuple[Household, ...]
    steps: tuple[Step, ...]

    @property
    def rows(self) -> int:
        return sum(len(step.rows) for step in self.steps)


def generate(profile: Profile, *, today: date) -> District:
    """The district as it stands on that day: the same profile and day always give the same rows."""
    made = households(profile, today=today)
    forms = [
        household_document(household, position=position, seed=profile.seed, today=today)
        for position, household in enumerate(made)
    ]
    steps = (
        _step("villages", REGISTRY, "/api/v1/villages:batch", _villages(profile, made)),
        _step("households and members", REGISTRY, "/api/v1/households:batch", forms),
        _step("institutions", HEALTH, "/api/v1/health/institutions:batch", institution_documents(profile, today=today)),
        _step("income years", REGISTRY, "/api/v1/registry/income-years:batch", _incomes(profile, made, today)),
        *_health_steps(HealthYear(profile, today=today), made),
    )
    return District(profile=profile, households=tuple(made), steps=steps)


def _step(title: str, service: str, path: str, rows: Sequence[Document]) -> Step:
    return Step(title=title, service=service, path=path, rows=tuple(rows))


def _villages(profile: Profile, made: Sequence[Household]) -> list[Document]:
    """All paired villages are poor villages (H06); their population is what makes the incidence plausible."""
    registered = dict.fromkeys((village.code for village in profile.villages), 0)
    for household in made:
        registered[household.village.code] += 1
    return [
        {
            "code": code,
            "village_class": "poor",
            "rural_households": max(count, 1) * 7,
            "rural_population": max(count, 1) * 23,
        }
        for code, count in registered.items()
    ]


def _incomes(profile: Profile, made: Sequence[Household], today: date) -> list[Document]:
    newest = newest_income_year(today, profile.township.code)
    # The newest first: what households then tell of themselves changes once, not once a year.
    years = range(newest, newest - INCOME_YEARS_SHOWN, -1)
    return [row for year in years for one in made for row in income_documents(one, year=year, seed=profile.seed)]


def _health_steps(year: HealthYear, made: Sequence[Household]) -> Iterator[Step]:
    kinds: tuple[tuple[str, str, Callable[[Household], Iterator[Document]]], ...] = (
        ("insurance enrolments", "insurance-enrolments", year.enrolments),
        ("family doctor contracts", "doctor-contracts", year.doctor_contracts),
        ("physical examinations", "physical-examinations", year.examinations),
        ("chronic screenings", "chronic-screenings", year.screenings),
        ("chronic patients", "chronic-patients", year.chronic_patients),
        ("chronic contracts", "chronic-contracts", year.chronic_contracts),
        ("serious-illness cases", "serious-illness-cases", year.serious_cases),
        ("settlement bills", "settlement-bills", year.bills),
        ("health cards", "health-cards", year.health_cards),
        ("free screenings", "free-screenings", year.free_screenings),
        ("rehabilitations", "rehabilitations", year.rehabilitations),
        ("publicity visits", "publicity-visits", year.publicity_visits),
    )
    for title, name, documents in kinds:
        rows = [row for household in made for row in documents(household)]
        yield _step(title, HEALTH, f"/api/v1/health/{name}:batch", rows)
