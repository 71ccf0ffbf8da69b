"""Applications for dibao on their way, and temporary relief, in each state; some of them late."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ops.demo.departments.civil_affairs import SERVICE, key_group, means_of
from ops.demo.dice import Dice
from ops.demo.households import Household
from ops.demo.income import newest_income_year
from ops.demo.profiles import Profile
from ops.demo.step import OPENED_FOR, Document, Step
from services.civil_affairs.amounts import in_dibao_by_income
from shared.policy import PolicyStore

_TOWNSHIP = {"official": "街道经办人", "role": "township_officer"}
_CASES = "dibao-cases"
_VISITED, _COMPARED, _ASSESSED = timedelta(days=3), timedelta(days=5), timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Application:
    """An application of so many days ago, and how far it has got."""

    days: int
    until: str


_PLAN = (
    *(Application(days, "apply") for days in (1, 2, 4, 75)),
    *(Application(days, "check") for days in (6, 9, 12, 90)),
    *(Application(days, "accept") for days in (9, 11, 13, 26)),
    *(Application(days, "refuse") for days in (30, 41)),
    *(Application(days, "withdraw") for days in (15, 34)),
)
_CHECKED = ("check", "accept", "refuse", "withdraw")
_RELIEF_EVENTS = ("fire", "traffic_accident", "sudden_illness", "natural_disaster", "accident", "job_lost")


def steps(profile: Profile, made: Sequence[Household], *, today: date) -> Iterator[Step]:
    year = newest_income_year(today, profile.township.code)
    policy = PolicyStore().current.at(area=profile.township.code, year=today.year)
    income = {one.code: means_of(one, year=year, seed=profile.seed).per_capita for one in made}
    general = [one for one in made if one.kind == "general"]
    poor = [one for one in general if in_dibao_by_income("household", income[one.code] * 2, policy)]
    planned = list(zip(_PLAN, poor, strict=False))

    def on(step: str, after: timedelta, *states: str, **evidence: object) -> Iterator[Document]:
        for plan, one in planned:
            if plan.until in states:
                taken = min(today - timedelta(days=plan.days) + after, today)
                found: Document = {"per_capita_income": str(income[one.code]), "property_within_rule": True}
                yield {OPENED_FOR: one.code, "step": step, **_recorded(taken), **found, **evidence}

    yield Step.of(SERVICE, _CASES, (_application(one, today - timedelta(days=plan.days)) for plan, one in planned))
    people = {one.code: one for one in made}
    visits = (row | _persons(people, row) for row in on("visit_home", _VISITED, *_CHECKED, visitors=["张勇", "刘芳"]))
    yield Step.on_cases(SERVICE, _CASES, visits)
    compared = on("compare_data", _COMPARED, *_CHECKED, sources=["registry", "vehicles", "pension", "public_payroll"])
    yield Step.on_cases(SERVICE, _CASES, compared)
    accepted = on("assess", _ASSESSED, "accept", decision="accept", dibao_class="b")
    refused = on("assess", _ASSESSED, "refuse", decision="refuse", refusal_reason="not_resident", dibao_class="b")
    assessed = (row | _persons(people, row) | _groups(people, row) for rows in (accepted, refused) for row in rows)
    yield Step.on_cases(SERVICE, _CASES, assessed)
    withdrawn = (
        {OPENED_FOR: one.code, "step": "withdraw", **_recorded(today), "reason": "子女愿意赡养，本人撤回申请"}
        for plan, one in planned
        if plan.until == "withdraw"
    )
    yield Step.on_cases(SERVICE, _CASES, withdrawn)
    chosen = general[::45]
    yield Step.of(SERVICE, "relief-cases", relief(profile, chosen, today=today))
    completed = (_completed(one, profile, today) for one in chosen[1::4])
    yield Step.on_cases(SERVICE, "relief-cases", completed)


def relief(profile: Profile, chosen: Sequence[Household], *, today: date) -> Iterator[Document]:
    """Y65: every other one was helped first; the formalities of the older ones are late."""
    for number, one in enumerate(chosen):
        dice = Dice(profile.seed, "relief", one.code)
        opened = _helped_on(one, profile, today)
        document: Document = {
            "household_code": one.code,
            **_recorded(opened),
            "event": dice.one(_RELIEF_EVENTS),
            "event_on": (opened - timedelta(days=dice.number(0, 5))).isoformat(),
            "persons": len(one.people),
        }
        if number % 2:
            document |= {"step": "help_first", "amount": str(dice.yuan(600, 3000))}
        yield document


def _helped_on(one: Household, profile: Profile, today: date) -> date:
    return today - timedelta(days=Dice(profile.seed, "relief-day", one.code).number(0, 40))


def _completed(one: Household, profile: Profile, today: date) -> Document:
    """The formalities of help that came first, five days later."""
    day = min(_helped_on(one, profile, today) + timedelta(days=5), today)
    return {OPENED_FOR: one.code, "step": "complete_formalities", **_recorded(day), "decision": "accept"}


def _application(one: Household, opened: date) -> Document:
    return {"household_code": one.code, **_recorded(opened), "persons": len(one.people), "authorised": True}


def _persons(people: Mapping[str, Household], row: Document) -> Document:
    return {"persons": len(people[str(row[OPENED_FOR])].people)}


def _groups(people: Mapping[str, Household], row: Document) -> Document:
    household = people[str(row[OPENED_FOR])]
    return {"focus_groups": [group for person in household.people if (group := key_group(person))]}


def _recorded(on: date) -> Document:
    return {"taken_on": on.isoformat(), "on_behalf_of": _TOWNSHIP}
