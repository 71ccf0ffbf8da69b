"""`valid_until` is the first day on which the same records give other facts: checked against each day that follows."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from services.health.facts import facts
from services.health.records import (
    CHRONIC_PATIENTS,
    DOCTOR_CONTRACTS,
    HEALTH_CARDS,
    INSURANCE_ENROLMENTS,
    PHYSICAL_EXAMINATIONS,
    SERIOUS_ILLNESS_CASES,
    SETTLEMENT_BILLS,
)
from shared.facts.models import Facts
from shared.records import RecordType, Row
from shared.roster.models import HouseholdState, RosterMember
from tests.unit.health.factories import household, member, policy, records, row

DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))
PAST = st.dates(date(2018, 6, 1), date(2021, 12, 31))
AHEAD = 800
POLICIES = st.sampled_from(
    [policy(), policy(serious_illness_filing_days=45, enrolment_closing_day="01-01", examination_due_day="12-31")]
)

Record = tuple[RecordType, Row[BaseModel]]


@st.composite
def record_of(draw: st.DrawFn, of: RosterMember) -> Record:  # noqa: PLR0911 - one return a kind of record
    """Any record that turns facts with time."""
    day = draw(PAST)
    iso, year = day.isoformat(), day.year
    match draw(st.integers(0, 6)):
        case 0:
            enrolled = draw(st.booleans())
            scheme = "resident" if enrolled else None
            insured_for = year + draw(st.integers(0, 1))
            return row(INSURANCE_ENROLMENTS, of, year=insured_for, enrolled=enrolled, enrolled_on=iso, scheme=scheme)
        case 1:
            return row(DOCTOR_CONTRACTS, of, year=year, signed_on=iso)
        case 2:
            return row(PHYSICAL_EXAMINATIONS, of, year=year, examined_on=iso)
        case 3:
            filed_on = draw(st.sampled_from([None, iso]))
            return row(SERIOUS_ILLNESS_CASES, of, disease="stroke", diagnosed_on=iso, filed_on=filed_on)
        case 4:
            return row(CHRONIC_PATIENTS, of, disease="diabetes", diagnosed_on=iso)
        case 5:
            return row(HEALTH_CARDS, of, card_number="1", issued_on=iso)
        case _:
            kind = draw(st.sampled_from(["inpatient", "outpatient"]))
            illness = draw(st.sampled_from([None, "lung_cancer"]))
            amount = draw(st.sampled_from(["100", "600", "5000"]))
            return row(
                SETTLEMENT_BILLS,
                of,
                bill_number=iso,
                kind=kind,
                settled_on=iso,
                total=amount,
                self_paid=amount,
                serious_illness=illness,
            )


@st.composite
def homes(draw: st.DrawFn):
    births = st.one_of(st.none(), st.just(date(1970, 1, 1)), st.dates(date(2019, 9, 1), date(2020, 12, 31)))
    members = [member(born=born) for born in draw(st.lists(births, max_size=2))]
    state = draw(st.sampled_from([HouseholdState.REGISTERED, HouseholdState.CANDIDATE]))
    left = member()
    rows = draw(st.lists(st.sampled_from([*members, left]).flatmap(record_of), max_size=5))
    return household(*members, state=state), records(*rows)


def said(one: Facts) -> Facts:
    return one.model_copy(update={"valid_until": None})


@settings(max_examples=60, deadline=None)
@given(home=homes(), on=DAYS, under=POLICIES)
def test_no_day_before_it_differs_and_it_does(home, on: date, under) -> None:
    roster, rows = home
    first = facts(roster, rows, under, on)
    differing = (
        day
        for day in (on + timedelta(days=ahead) for ahead in range(1, AHEAD))
        if said(facts(roster, rows, under, day)) != said(first)
    )
    assert first.valid_until == next(differing, None)


def test_the_same_question_gets_the_same_answer() -> None:
    one = member()
    home, rows = household(one), records(row(HEALTH_CARDS, one, card_number="1", issued_on="2019-01-01"))
    on = date(2020, 6, 1)
    assert facts(home, rows, policy(), on).model_dump_json() == facts(home, rows, policy(), on).model_dump_json()
