"""What tests of the rules of social assistance are made of: cases in force, steps and what their rules see."""

from datetime import date
from typing import Any, cast

from services.civil_affairs import FOLDER
from services.civil_affairs.facts import facts
from services.civil_affairs.procedures.dibao import DIBAO
from services.civil_affairs.procedures.relief import RELIEF
from services.civil_affairs.procedures.tekun import TEKUN
from services.civil_affairs.records.dibao_cases import DIBAO_CASES
from services.civil_affairs.records.tekun_cases import TEKUN_CASES
from shared.facts.models import Facts
from shared.policy import PolicyView
from shared.procedures import Procedure, Step, StepContext
from shared.roster.models import RosterHousehold, RosterMember
from shared.testing.pure import TODAY, VILLAGE, Stored, household, member, policies, records, row

_PROCEDURES: dict[str, Procedure] = {"dibao": DIBAO, "tekun": TEKUN, "relief": RELIEF}

policy = policies("civil_affairs", FOLDER)


def view(year: int = 2020, **values: Any) -> PolicyView:
    return policy(**values).at(area=VILLAGE, year=year)


def case(**content: object) -> dict[str, object]:
    """The kernel's fields of a case, in force since 2019."""
    days = dict.fromkeys(("opened_on", "stage_since", "stage_recorded_on", "last_step_on"), "2019-01-01")
    return {"stage": "in_force", **days, **content}


def dibao(**content: object) -> Stored:
    """A dibao award of a household of one, in force."""
    award = {
        "persons": 1,
        "per_capita_income": "2400.00",
        "dibao_class": "a",
        "method": "difference",
        "monthly_amount": "296.83",
        "granted_on": "2019-01-01",
        "reviewed_on": "2020-01-10",
    }
    return row(DIBAO_CASES, None, **case(**{**award, **content}))


def tekun(of: RosterMember, **content: object) -> Stored:
    """Tekun support, in force."""
    award = {
        "mode": "dispersed",
        "labour_ground": "elderly",
        "care_level": "able",
        "basic_amount": "650.00",
        "care_amount": "60.00",
        "granted_on": "2019-01-01",
    }
    return row(TEKUN_CASES, of, **case(**{**award, **content}))


def said(home: RosterHousehold, *rows: Stored, on: date = TODAY, **values: Any) -> Facts:
    return facts(home, records(*rows), policy(**values), on)


def step_of(procedure: str, step: str) -> Step:
    declared = _PROCEDURES[procedure]
    return {**declared.openings, **declared.later}[step]


def context(
    before: Stored | None = None,
    *,
    home: RosterHousehold | None = None,
    of: RosterMember | None = None,
    on: date = TODAY,
    **values: Any,
) -> StepContext:
    """What a step's rules see: the case before it, at a household that the registry knows."""
    return StepContext(
        household=home or household(of or member()),
        member=of,
        policy=view(on.year, **values),
        today=on,
        case=None if before is None else before[1].content,
        taken_on=on,
    )


def faults(procedure: str, step: str, seen: StepContext, **evidence: object) -> list[tuple[str, str]]:
    """Pointer and code of each rule of the step that the evidence breaks."""
    declared = step_of(procedure, step)
    parsed = declared.evidence.model_validate(evidence)
    return [(fault.pointer, fault.code) for rule in declared.rules for fault in rule(parsed, seen)]


def outcome(procedure: str, step: str, seen: StepContext, **evidence: object) -> tuple[str, dict[str, object]]:
    """The stage that the step leads to, and the values it gives the case."""
    declared = step_of(procedure, step)
    parsed = declared.evidence.model_validate(evidence)
    to = declared.to if isinstance(declared.to, str) or declared.to is None else declared.to.by(parsed, seen)
    values = declared.sets(parsed, seen) if declared.sets is not None else {}
    return cast(str, to), dict(values)
