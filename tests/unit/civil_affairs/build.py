"""Households, cases and steps for tests of the pure rules of social assistance."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any, cast
from uuid import UUID

from pydantic import BaseModel

from services.civil_affairs import FOLDER
from services.civil_affairs.facts import facts
from services.civil_affairs.procedures.dibao import DIBAO
from services.civil_affairs.procedures.relief import RELIEF
from services.civil_affairs.procedures.tekun import TEKUN
from services.civil_affairs.records.dibao_cases import DIBAO_CASES
from services.civil_affairs.records.tekun_cases import TEKUN_CASES
from shared.facts.models import Facts
from shared.policy import NATIONAL, Defaults, Policy, PolicyOverride, PolicySnapshot, PolicyView, load_defaults
from shared.procedures import Procedure, Step, StepContext
from shared.records import Records, RecordType, Row
from shared.roster.models import HouseholdState, RosterHousehold, RosterMember, Sex

VILLAGE = "420115010201"
TODAY = date(2020, 6, 1)
_NUMBERS = count(1)
_DEFAULTS: Defaults = load_defaults(NATIONAL, FOLDER / "policy")
_PROCEDURES: dict[str, Procedure] = {"dibao": DIBAO, "tekun": TEKUN, "relief": RELIEF}

Typed = tuple[RecordType, Row[BaseModel]]


def identifier() -> UUID:
    return UUID(int=next(_NUMBERS))


def policy(**values: Any) -> Policy:
    """The shipped parameters, with values of `civil_affairs.<name>` that the village has set from 2010 on."""
    overrides = tuple(
        PolicyOverride(key=f"civil_affairs.{name}", area=VILLAGE, year=2010, value=value)
        for name, value in values.items()
    )
    return Policy(_DEFAULTS, PolicySnapshot(version=1, overrides=overrides))


def view(year: int = 2020, **values: Any) -> PolicyView:
    return policy(**values).at(area=VILLAGE, year=year)


def member(*, born: date | None = date(1980, 5, 1), **more: object) -> RosterMember:
    return RosterMember.model_validate(
        {
            "member_id": identifier(),
            "name": "张三",
            "id_hash": None,
            "sex": Sex.MALE,
            "birth_date": born,
            "relation": "head",
            **more,
        }
    )


def household(*members: RosterMember, state: HouseholdState = HouseholdState.REGISTERED) -> RosterHousehold:
    return RosterHousehold(
        household_id=identifier(),
        version=1,
        code="1",
        division=VILLAGE,
        state=state,
        household_type="general",
        members=members,
    )


def row(record_type: RecordType, of: RosterMember | None, **content: object) -> Typed:
    parsed = record_type.schema.model_validate(content)
    return record_type, Row(
        id=identifier(),
        member_id=None if of is None else of.member_id,
        revision=1,
        recorded_at=datetime(2020, 1, 1, tzinfo=UTC),
        business_date=record_type.business_day(parsed),
        content=parsed,
    )


def records(*rows: Typed) -> Records:
    by_type: dict[RecordType, list[Row[BaseModel]]] = {}
    for record_type, one in rows:
        by_type.setdefault(record_type, []).append(one)
    return Records(by_type)


def case(**content: object) -> dict[str, object]:
    """The kernel's fields of a case, in force since 2019."""
    kernel = {"stage": "in_force", "opened_on": "2019-01-01", "stage_since": "2019-01-01", "last_step_on": "2019-01-01"}
    return {**kernel, **content}


def dibao(**content: object) -> Typed:
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


def tekun(of: RosterMember, **content: object) -> Typed:
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


def said(home: RosterHousehold, *rows: Typed, on: date = TODAY, **values: Any) -> Facts:
    return facts(home, records(*rows), policy(**values), on)


def signals_of(said_facts: Facts) -> list[str]:
    return [signal.code for signal in said_facts.signals]


def step_of(procedure: str, step: str) -> Step:
    declared = _PROCEDURES[procedure]
    return {**declared.openings, **declared.later}[step]


def context(
    before: Typed | None = None,
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
