"""Households, records and renovation cases for tests of pure rules."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID

from pydantic import BaseModel

from services.housing import FOLDER
from services.housing.facts import facts
from services.housing.records import RENOVATIONS
from services.housing.records.appraisals import APPRAISALS
from services.housing.records.dwellings import DWELLINGS
from services.housing.records.subsidy_payments import SUBSIDY_PAYMENTS
from shared.facts.models import Facts, Signal
from shared.policy import NATIONAL, Defaults, Policy, PolicyOverride, PolicySnapshot, load_defaults
from shared.policy.models import RawValue
from shared.records import Records, RecordType, Row, RuleContext
from shared.roster.models import HouseholdState, RosterHousehold, RosterMember
from shared.service.problems import FieldError

VILLAGE = "420115010201"
TODAY = date(2020, 6, 1)
_NUMBERS = count(1)
_DEFAULTS: Defaults = load_defaults(NATIONAL, FOLDER / "policy")

Stored = tuple[RecordType, Row[BaseModel]]


def identifier() -> UUID:
    """A new id; ids grow in the order in which they are made."""
    return UUID(int=next(_NUMBERS))


def policy(*, area: str = VILLAGE, year: int = 2010, **values: RawValue) -> Policy:
    """The shipped parameters, with values of `housing.<name>` that the area has set from that year on."""
    overrides = tuple(
        PolicyOverride(key=f"housing.{name}", area=area, year=year, value=value) for name, value in values.items()
    )
    return Policy(_DEFAULTS, PolicySnapshot(version=1, overrides=overrides))


def member(**more: object) -> RosterMember:
    fields = {"name": "张三", "id_hash": None, "sex": "1", "birth_date": date(1960, 5, 1), "relation": "head"}
    return RosterMember.model_validate({"member_id": identifier(), **fields, **more})


def household(
    *members: RosterMember, state: HouseholdState = HouseholdState.REGISTERED, **more: object
) -> RosterHousehold:
    """Of one member unless given; `more` are fields of `RosterHousehold`."""
    return RosterHousehold.model_validate(
        {
            "household_id": identifier(),
            "version": 1,
            "code": "1",
            "division": VILLAGE,
            "state": state,
            "household_type": "general",
            "members": members or (member(),),
            **more,
        }
    )


def row(record_type: RecordType, **content: object) -> Stored:
    """A current record, as the database would give it back."""
    parsed = record_type.schema.model_validate(content)
    return record_type, Row(
        id=identifier(),
        member_id=None,
        revision=1,
        recorded_at=datetime(2020, 1, 1, tzinfo=UTC),
        business_date=record_type.business_day(parsed),
        content=parsed,
    )


def appraisal(grade: str, on: str = "2019-05-01", **more: object) -> Stored:
    return row(APPRAISALS, grade=grade, appraised_on=on, appraiser="区房屋安全鉴定站", **more)


def dwelling(number: int = 1, on: str = "2018-01-01", **more: object) -> Stored:
    return row(DWELLINGS, dwelling_number=number, surveyed_on=on, **more)


def renovation(stage: str = "applied", **more: object) -> Stored:
    """A case of grade D for which was applied on 1 June 2019; `more` are fields of `Renovation`."""
    day = str(more.get("applied_on", "2019-06-01"))
    fields = {
        "dwelling_number": 1,
        "year": 2019,
        "applied_on": day,
        "category": "registered",
        "opened_on": day,
        "stage_since": day,
        "last_step_on": day,
    }
    return row(RENOVATIONS, stage=stage, **{**fields, **more})


def accepted(on: str = "2019-12-01", **more: object) -> Stored:
    """Project P1, granted 28,000 yuan, started on 1 September 2019, accepted."""
    fields = {
        "grade": "D",
        "identified_on": "2019-06-10",
        "project_number": "P1",
        "approved_on": "2019-08-01",
        "granted": "28000",
        "started_on": "2019-09-01",
        "accepted_on": on,
    }
    return renovation("accepted", **{**fields, **more})


def payment(amount: str = "28000", paid_on: str | None = "2019-12-20", **more: object) -> Stored:
    fields = {"payment_number": "F1", "project_number": "P1", "fund": "central", "allotted_on": "2019-12-10"}
    received = None if paid_on is None else amount
    return row(SUBSIDY_PAYMENTS, **{**fields, "amount": amount, "paid_on": paid_on, "received": received, **more})


def records(*rows: Stored) -> Records:
    """The records of one household, in the order in which the kernel hands them to a department."""
    by_type: dict[RecordType, list[Row[BaseModel]]] = {}
    for record_type, one in sorted(rows, key=lambda pair: (pair[1].business_date, pair[1].id)):
        by_type.setdefault(record_type, []).append(one)
    return Records(by_type)


def say(*rows: Stored, home: RosterHousehold | None = None, under: Policy | None = None, on: date = TODAY) -> Facts:
    """What housing says of a household with these records; a registered one unless given."""
    return facts(home or household(), records(*rows), under or policy(), on)


def state_of(said: Facts) -> str:
    (guarantee,) = said.guarantees
    return guarantee.state.value


def reasons_of(said: Facts) -> list[str]:
    (guarantee,) = said.guarantees
    return [reason.code for reason in guarantee.reasons]


def signals_of(said: Facts) -> set[str]:
    return {signal.code for signal in said.signals}


def signal(said: Facts, code: str) -> Signal:
    (found,) = [one for one in said.signals if one.code == code]
    return found


def faults(
    record_type: RecordType, *, at: RosterHousehold | None = None, today: date = TODAY, **content: object
) -> list[tuple[str, str]]:
    """Pointer and code of each rule that the content breaks."""
    parsed = record_type.schema.model_validate(content)
    view = policy().at(area=VILLAGE, year=record_type.business_day(parsed).year)
    context = RuleContext(household=at, member=None, policy=view, today=today)
    found: Iterable[FieldError] = (fault for rule in record_type.rules for fault in rule(parsed, context))
    return [(fault.pointer, fault.code) for fault in found]
