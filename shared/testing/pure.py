"""Households, records and policies for tests of a department's pure rules: no server, no database."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel

from shared.facts.models import Benefit, Facts, GuaranteeState, Signal
from shared.policy import NATIONAL, Policy, PolicyOverride, PolicySnapshot, load_defaults
from shared.policy.models import RawValue
from shared.records import Records, RecordType, Row, RuleContext
from shared.roster.models import HouseholdState, RosterHousehold, RosterMember, Sex
from shared.service.problems import FieldError

VILLAGE = "420115010201"
TODAY = date(2020, 6, 1)
_NUMBERS = count(1)

Stored = tuple[RecordType, Row[BaseModel]]
"""A current record of a type, as the database would give it back."""


def identifier() -> UUID:
    """A new id; ids grow in the order in which they are made."""
    return UUID(int=next(_NUMBERS))


def policies(department: str, folder: Path) -> Callable[..., Policy]:
    """What makes the policies of a department's tests: the shipped parameters of `folder`, with values of
    `<department>.<name>` that `area` has set from `year` on."""
    defaults = load_defaults(NATIONAL, folder / "policy")

    def policy(*, area: str = VILLAGE, year: int = 2010, **values: RawValue) -> Policy:
        overrides = tuple(
            PolicyOverride(key=f"{department}.{name}", area=area, year=year, value=value)
            for name, value in values.items()
        )
        return Policy(defaults, PolicySnapshot(version=1, overrides=overrides))

    return policy


def member(*, sex: Sex | str = Sex.MALE, born: date | None = date(1970, 5, 1), **more: object) -> RosterMember:
    """`more` are fields of `RosterMember`."""
    plain = {"member_id": identifier(), "name": "张三", "id_hash": None, "relation": "head"}
    return RosterMember.model_validate({**plain, "sex": sex, "birth_date": born, **more})


def household(
    *members: RosterMember, state: HouseholdState = HouseholdState.REGISTERED, **more: object
) -> RosterHousehold:
    """`more` are fields of `RosterHousehold`."""
    plain = {"household_id": identifier(), "version": 1, "code": "1", "division": VILLAGE, "household_type": "general"}
    return RosterHousehold.model_validate({**plain, "state": state, "members": members, **more})


def row(record_type: RecordType, of: RosterMember | None = None, **content: object) -> Stored:
    """A record of a member, or (None) of the household or place."""
    parsed = record_type.stored_adapter.validate_python(record_type.schema.model_validate(content).model_dump())
    return record_type, Row(
        id=identifier(),
        member_id=None if of is None else of.member_id,
        revision=1,
        recorded_at=datetime(2020, 1, 1, tzinfo=UTC),
        business_date=record_type.business_day(parsed),
        content=parsed,
    )


def records(*rows: Stored) -> Records:
    """The records of one household, in the order in which the kernel hands them to a department."""
    by_type: dict[RecordType, list[Row[BaseModel]]] = {}
    for record_type, one in sorted(rows, key=lambda pair: (pair[1].business_date, pair[1].id)):
        by_type.setdefault(record_type, []).append(one)
    return Records(by_type)


def faults(
    record_type: RecordType,
    *,
    under: Policy,
    of: RosterMember | None = None,
    at: RosterHousehold | None = None,
    today: date = TODAY,
    **content: object,
) -> list[tuple[str, str]]:
    """Pointer and code of each rule that the content breaks, for a member at a household (None: not known)."""
    parsed = record_type.schema.model_validate(content)
    division = at.division if at is not None else VILLAGE
    view = under.at(area=division, year=record_type.business_day(parsed).year)
    context = RuleContext(household=at, member=of, policy=view, today=today)
    found: Iterable[FieldError] = (fault for rule in record_type.rules for fault in rule(parsed, context))
    return [(fault.pointer, fault.code) for fault in found]


def changes_unannounced(say: Callable[[date], Facts], on: date, *, ahead: int = 800) -> date | None:
    """The first day on which the facts differ from those of `on` though their `valid_until` has not come; None: none.

    `say` gives the facts of the same records on a day; no more than `ahead` days are looked at.
    """
    first = say(on)
    assert first.valid_until is None or first.valid_until > on
    end = min(first.valid_until or date.max, on + timedelta(days=ahead))
    return next((day for n in range(1, (end - on).days) if say(day := on + timedelta(days=n)) != first), None)


def state_of(facts: Facts) -> GuaranteeState:
    """Of the only guarantee."""
    (guarantee,) = facts.guarantees
    return guarantee.state


def reasons_of(facts: Facts) -> list[str]:
    """Of the only guarantee."""
    (guarantee,) = facts.guarantees
    return [reason.code for reason in guarantee.reasons]


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
