"""Households and care records for tests of pure rules."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID

from pydantic import BaseModel

from services.civil_affairs import FOLDER
from services.civil_affairs.facts import facts
from shared.facts.models import Facts
from shared.policy import NATIONAL, Defaults, Policy, PolicyOverride, PolicySnapshot, load_defaults
from shared.records import Records, RecordType, Row, RuleContext
from shared.roster.models import HouseholdState, RosterHousehold, RosterMember
from shared.service.problems import FieldError

VILLAGE = "420115010201"
TODAY = date(2020, 6, 1)
_NUMBERS = count(1)
_DEFAULTS: Defaults = load_defaults(NATIONAL, FOLDER / "policy")

Held = tuple[RecordType, Row[BaseModel]]


def policy(**values: bool | int | str | list[str]) -> Policy:
    """The shipped parameters, with values of `civil_affairs.<name>` that the village has set."""
    overrides = tuple(
        PolicyOverride(key=f"civil_affairs.{name}", area=VILLAGE, year=2010, value=value)
        for name, value in values.items()
    )
    return Policy(_DEFAULTS, PolicySnapshot(version=1, overrides=overrides))


def member(born: date | None = date(1970, 5, 1), *, sex: str = "1", **more: object) -> RosterMember:
    """`more` are fields of `RosterMember`."""
    plain = {"member_id": UUID(int=next(_NUMBERS)), "name": "张三", "id_hash": None, "relation": "head"}
    return RosterMember.model_validate({**plain, "sex": sex, "birth_date": born, **more})


def household(
    *members: RosterMember, state: HouseholdState = HouseholdState.REGISTERED, kind: str = "general"
) -> RosterHousehold:
    return RosterHousehold(
        household_id=UUID(int=next(_NUMBERS)),
        version=1,
        code="1",
        division=VILLAGE,
        state=state,
        household_type=kind,
        members=members,
    )


def row(record_type: RecordType, of: RosterMember | None, **content: object) -> Held:
    """A current record, as the database would give it back."""
    parsed = record_type.schema.model_validate(content)
    return record_type, Row(
        id=UUID(int=next(_NUMBERS)),
        member_id=None if of is None else of.member_id,
        revision=1,
        recorded_at=datetime(2020, 1, 1, tzinfo=UTC),
        business_date=record_type.business_day(parsed),
        content=parsed,
    )


def said(home: RosterHousehold, *rows: Held, on: date = TODAY, under: Policy | None = None) -> Facts:
    """The facts of the household with these records, in the order in which the kernel hands them over."""
    by_type: dict[RecordType, list[Row[BaseModel]]] = {}
    for record_type, one in sorted(rows, key=lambda pair: (pair[1].business_date, pair[1].id)):
        by_type.setdefault(record_type, []).append(one)
    return facts(home, Records(by_type), under or policy(), on)


def signals(found: Facts) -> list[str]:
    return sorted(signal.code for signal in found.signals)


def faults(
    record_type: RecordType,
    *,
    of: RosterMember | None = None,
    at: RosterHousehold | None = None,
    under: Policy | None = None,
    **content: object,
) -> list[tuple[str, str]]:
    """Pointer and code of each rule that the content breaks."""
    parsed = record_type.schema.model_validate(content)
    view = (under or policy()).at(area=VILLAGE, year=record_type.business_day(parsed).year)
    context = RuleContext(household=at, member=of, policy=view, today=TODAY)
    found: Iterable[FieldError] = (fault for rule in record_type.rules for fault in rule(parsed, context))
    return [(fault.pointer, fault.code) for fault in found]
