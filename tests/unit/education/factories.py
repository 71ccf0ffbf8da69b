"""Schooling and aid for tests of the education rules."""

from datetime import date

from services.education import FOLDER
from services.education.facts import facts
from services.education.records import AID_AWARDS, DROPOUT_CASES, ENROLMENTS
from shared.facts.models import Facts, GuaranteeState
from shared.policy import Policy
from shared.records import RecordType
from shared.roster.models import HouseholdState, RosterHousehold, RosterMember
from shared.testing import pure
from shared.testing.pure import (
    VILLAGE,
    Stored,
    household,
    member,
    policies,
    reasons_of,
    records,
    row,
    signals_of,
    state_of,
)

__all__ = [
    "VILLAGE",
    "household",
    "member",
    "reasons_of",
    "records",
    "row",
    "signals_of",
    "state_of",
]

Record = Stored

SPRING = {"year": 2020, "term": "spring", "registered_on": "2020-03-02"}
AUTUMN = {"year": 2020, "term": "autumn", "registered_on": "2020-09-02"}
IN_SPRING, IN_AUTUMN = date(2020, 6, 1), date(2020, 11, 20)


policy = policies("education", FOLDER)
SHIPPED = policy()


def child(born: date | None = date(2010, 5, 4), **more: object) -> RosterMember:
    """Ten years old in 2020, in grade 4."""
    return member(born=born, relation="son", **more)


def enrolled(of: RosterMember, **content: object) -> Record:
    """In grade 4 of primary school in the spring of 2020, but for what is given."""
    base = {**SPRING, "stage": "primary", "grade": 4, "status": "in_school", "school_code": "X1"}
    return row(ENROLMENTS, of, **{**base, **content})


def case(of: RosterMember, **content: object) -> Record:
    return row(DROPOUT_CASES, of, **{"found_on": "2020-04-10", "reason": "poverty", **content})


def award(of: RosterMember, **content: object) -> Record:
    """A boarder's subsidy of the spring, applied for."""
    base = {
        "year": 2020,
        "term": "spring",
        "item": "boarding_subsidy",
        "award_number": "1",
        "stage": "primary",
        "amount": "625",
        "applied_on": "2020-03-20",
    }
    return row(AID_AWARDS, of, **{**base, **content})


PAID = {"posted_on": "2020-04-01", "paid_on": "2020-04-20"}


def said(
    *members: RosterMember,
    held: tuple[Record, ...] = (),
    on: date = IN_SPRING,
    under: Policy = SHIPPED,
    state: HouseholdState = HouseholdState.REGISTERED,
    division: str = VILLAGE,
) -> Facts:
    """The facts of a household of these members with these records."""
    home: RosterHousehold = household(*members, state=state, division=division)
    return facts(home, records(*held), under, on)


def guarantee(*members: RosterMember, held: tuple[Record, ...] = (), on: date = IN_SPRING) -> GuaranteeState:
    return state_of(said(*members, held=held, on=on))


def faults(record_type: RecordType, **content: object) -> list[tuple[str, str]]:
    """Pointer and code of each rule that the content breaks, under the shipped policy, on 1 June 2020."""
    return pure.faults(record_type, **{"under": SHIPPED, **content})  # type: ignore[arg-type]  # content is open
