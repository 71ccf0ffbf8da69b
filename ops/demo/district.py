"""The whole district as requests to the public interface, in the order in which they are sent. Pure.

First the registry, then what each department keeps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ops.demo.departments import departments
from ops.demo.households import Household, household_document, households
from ops.demo.income import income_documents, newest_income_year
from ops.demo.profiles import Profile
from ops.demo.step import Document, Step

REGISTRY = "registry"
INCOME_YEARS_SHOWN = 2


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
        _step("income years", REGISTRY, "/api/v1/registry/income-years:batch", _incomes(profile, made, today)),
        *(step for department in departments() for step in department.steps(profile, made, today=today)),
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
