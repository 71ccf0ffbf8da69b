"""Households, facts and policies for tests of the unified status."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from services.registry.status.parameters import DEFAULTS
from shared.facts.models import (
    Batch,
    Benefit,
    Facts,
    FactsSnapshot,
    Guarantee,
    GuaranteeItem,
    GuaranteeState,
    Reason,
    Severity,
    Signal,
    Standing,
    StandingKind,
)
from shared.policy import NATIONAL, Policy, PolicyOverride, PolicySnapshot, load_defaults
from shared.roster.models import HouseholdState, RosterHousehold, RosterIncome, RosterMember, Sex

MINGSHAN_VILLAGE = "210504100201"
TODAY = date(2018, 11, 1)
MET = tuple(Guarantee(item=item, state=GuaranteeState.MET) for item in GuaranteeItem)


@cache
def policy(*overrides: PolicyOverride) -> Policy:
    """The shipped parameters with these overrides."""
    defaults = load_defaults(NATIONAL, DEFAULTS, Path(__file__).with_name("policy"))
    return Policy(defaults, PolicySnapshot(version=1, overrides=overrides))


def override(
    key: str, value: str | bool, *, concept: str | None = None, year: int = 2018, area: str = "210504000000"
) -> PolicyOverride:
    return PolicyOverride(key=key, area=area, year=year, value=value, concept=concept)


def member(name: str = "测试甲", *, relation: str = "head", **more: Any) -> RosterMember:
    return RosterMember(
        member_id=uuid4(),
        name=name,
        id_hash="0" * 32,
        sex=Sex.MALE,
        birth_date=date(1960, 1, 1),
        relation=relation,
        **more,
    )


def household(
    *,
    state: HouseholdState = HouseholdState.REGISTERED,
    income: str | None = None,
    concept: str = "net",
    year: int = 2018,
    members: Sequence[RosterMember] | None = None,
    household_type: str = "general",
    division: str = MINGSHAN_VILLAGE,
    version: int = 1,
    household_id: UUID | None = None,
    code: str = "T-1",
    causes: tuple[str, ...] = ("illness",),
) -> RosterHousehold:
    return RosterHousehold(
        household_id=household_id or uuid4(),
        version=version,
        code=code,
        division=division,
        state=state,
        state_since=date(2016, 5, 1),
        household_type=household_type,
        causes=causes,
        members=tuple(members) if members is not None else (member(),),
        income=RosterIncome(year=year, concept=concept, per_capita=Decimal(income)) if income is not None else None,
    )


def snapshot(
    home: RosterHousehold,
    department: str = "health",
    *,
    version: int = 1,
    guarantees: Sequence[Guarantee] = (),
    benefits: Sequence[Benefit] = (),
    standings: Sequence[Standing] = (),
    signals: Sequence[Signal] = (),
    figures: dict[str, Decimal] | None = None,
    as_of: datetime | None = datetime(2018, 10, 1, tzinfo=UTC),
    valid_until: date | None = None,
) -> FactsSnapshot:
    return FactsSnapshot(
        household_id=home.household_id,
        department=department,
        version=version,
        facts=Facts(
            as_of=as_of,
            valid_until=valid_until,
            guarantees=tuple(guarantees),
            benefits=tuple(benefits),
            standings=tuple(standings),
            signals=tuple(signals),
            figures=figures or {},
        ),
    )


def word(item: GuaranteeItem, state: GuaranteeState, *reasons: str, member_id: UUID | None = None) -> Guarantee:
    return Guarantee(item=item, state=state, reasons=tuple(Reason(code=code, member_id=member_id) for code in reasons))


def standing(kind: StandingKind, *members: RosterMember, **more: Any) -> Standing:
    return Standing(kind=kind, members=tuple(one.member_id for one in members), **{"evidence": (uuid4(),), **more})


def signal(code: str = "insurance_gap", severity: Severity = Severity.WARNING, *members: UUID) -> Signal:
    return Signal(code=code, severity=severity, since=date(2018, 3, 1), members=members)


def benefit(programme: str = "dibao", batch: Batch = Batch.DIBAO, *members: UUID) -> Benefit:
    return Benefit(programme=programme, batch=batch, members=members, amount=Decimal("300.00"), period="2018")
