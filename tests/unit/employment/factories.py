"""Households and records for tests of pure rules."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID

from pydantic import BaseModel

from services.employment import FOLDER
from shared.facts.models import Benefit, Facts, Signal
from shared.policy import NATIONAL, Defaults, Policy, PolicyOverride, PolicySnapshot, load_defaults
from shared.records import Records, RecordType, Row, RuleContext
from shared.roster.models import HouseholdState, RosterHousehold, RosterMember, Sex
from shared.service.problems import FieldError

VILLAGE = "420115010201"
_NUMBERS = count(1)
_DEFAULTS: Defaults = load_defaults(NATIONAL, FOLDER / "policy")


def identifier() -> UUID:
    """A new id; ids grow in the order in which they are made."""
    return UUID(int=next(_NUMBERS))


def policy(*, area: str = VILLAGE, year: int = 2010, **values: bool | int | str | list[str]) -> Policy:
    """The shipped parameters, with values of `employment.<name>` that the area has set from that year on."""
    overrides = tuple(
        PolicyOverride(key=f"employment.{name}", area=area, year=year, value=value) for name, value in values.items()
    )
    return Policy(_DEFAULTS, PolicySnapshot(version=1, overrides=overrides))


def member(*, sex: Sex = Sex.MALE, born: date | None = date(1980, 5, 1), **more: object) -> RosterMember:
    """A labourer of ordinary ability unless `more` (fields of `RosterMember`) says otherwise."""
    return RosterMember.model_validate(
        {
            "member_id": identifier(),
            "name": "张三",
            "id_hash": None,
            "sex": sex,
            "birth_date": born,
            "relation": "head",
            "labour_skill": "ordinary",
            **more,
        }
    )


def household(
    *members: RosterMember, state: HouseholdState = HouseholdState.REGISTERED, **more: object
) -> RosterHousehold:
    """`more` are fields of `RosterHousehold`."""
    return RosterHousehold.model_validate(
        {
            "household_id": identifier(),
            "version": 1,
            "code": "1",
            "division": VILLAGE,
            "state": state,
            "household_type": "general",
            "members": members,
            **more,
        }
    )


def row(record_type: RecordType, of: RosterMember, **content: object) -> tuple[RecordType, Row[BaseModel]]:
    """A current record, as the database would give it back."""
    parsed = record_type.stored_adapter.validate_python(record_type.schema.model_validate(content).model_dump())
    return record_type, Row(
        id=identifier(),
        member_id=of.member_id,
        revision=1,
        recorded_at=datetime(2020, 1, 1, tzinfo=UTC),
        business_date=record_type.business_day(parsed),
        content=parsed,
    )


def records(*rows: tuple[RecordType, Row[BaseModel]]) -> Records:
    """The records of one household, in the order in which the kernel hands them to a department."""
    by_type: dict[RecordType, list[Row[BaseModel]]] = {}
    for record_type, one in sorted(rows, key=lambda pair: (pair[1].business_date, pair[1].id)):
        by_type.setdefault(record_type, []).append(one)
    return Records(by_type)


def faults(
    record_type: RecordType,
    *,
    of: RosterMember | None = None,
    at: RosterHousehold | None = None,
    under: Policy | None = None,
    today: date = date(2020, 6, 1),
    **content: object,
) -> list[tuple[str, str]]:
    """Pointer and code of each rule that the content breaks."""
    parsed = record_type.schema.model_validate(content)
    view = (under or policy()).at(
        area=at.division if at is not None else "000000000000", year=record_type.business_day(parsed).year
    )
    context = RuleContext(household=at, member=of, policy=view, today=today)
    found: Iterable[FieldError] = (fault for rule in record_type.rules for fault in rule(parsed, context))
    return [(fault.pointer, fault.code) for fault in found]


def signals_of(facts: Facts) -> list[str]:
    return [signal.code for signal in facts.signals]


def signal(facts: Facts, code: str) -> Signal:
    """The one signal of the code."""
    (found,) = [one for one in facts.signals if one.code == code]
    return found


def benefit(facts: Facts, programme: str) -> Benefit:
    """The one benefit of the programme."""
    (found,) = [one for one in facts.benefits if one.programme == programme]
    return found
