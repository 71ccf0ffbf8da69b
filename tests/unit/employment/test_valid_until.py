"""No day before `valid_until` gives other facts than the day they were computed on."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from services.employment.facts import facts
from services.employment.records import (
    EMPLOYER_AWARDS,
    LABOUR_PROFILES,
    PLACEMENTS,
    PUBLIC_WELFARE_POSTS,
    START_UP_SUPPORTS,
    TRAINING_ATTENDANCES,
)
from shared.facts.models import Facts
from shared.records import RecordType, Row
from shared.roster.models import HouseholdState, RosterMember
from tests.unit.employment.factories import household, member, policy, records, row

DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))
PAST = st.dates(date(2016, 6, 1), date(2021, 12, 31))
AHEAD = 500
POLICIES = st.sampled_from([policy(), policy(job_lost_watch_days=20, post_limit_years=1, unstable_work_ends=1)])
STATES = st.sampled_from([HouseholdState.REGISTERED, HouseholdState.MONITORED, HouseholdState.CANDIDATE])

Record = tuple[RecordType, Row[BaseModel]]


@st.composite
def record_of(draw: st.DrawFn, of: RosterMember) -> Record:
    """Any record that turns facts with time."""
    day = draw(PAST)
    later = day + timedelta(days=draw(st.integers(0, 1200)))
    iso, year = day.isoformat(), day.year
    match draw(st.integers(0, 5)):
        case 0:
            ability = draw(st.sampled_from(["ordinary", "weak", "lost", "none"]))
            return row(LABOUR_PROFILES, of, year=year, surveyed_on=iso, ability=ability, willing_to_work=False)
        case 1:
            ended = {"ended_on": later, "end_reason": draw(st.sampled_from(["dismissed", "changed_work"]))}
            arrangement = draw(st.sampled_from(["contract", "casual"]))
            more = ended if draw(st.booleans()) else {}
            return row(
                PLACEMENTS, of, employer_name="厂", started_on=iso, place="county", arrangement=arrangement, **more
            )
        case 2:
            return row(
                PUBLIC_WELFARE_POSTS,
                of,
                kind="cleaning",
                payer="village",
                started_on=iso,
                contract_until=later,
                monthly_subsidy="500",
            )
        case 3:
            return row(TRAINING_ATTENDANCES, of, session_number=iso, kind="vocational", started_on=iso)
        case 4:
            return row(START_UP_SUPPORTS, of, kind="subsidy", business_name="店", granted_on=iso)
        case _:
            return row(
                EMPLOYER_AWARDS,
                of,
                employer_code="E",
                employer_name="厂",
                kind="absorption",
                year=year,
                paid_on=iso,
                amount="1000",
            )


@st.composite
def homes(draw: st.DrawFn):
    births = st.one_of(st.none(), st.just(date(1965, 1, 1)), st.dates(date(2003, 9, 1), date(2005, 12, 31)))
    months = st.sampled_from([None, 3])
    members = [member(born=born, work_months=draw(months)) for born in draw(st.lists(births, max_size=2))]
    left = member()
    rows = draw(st.lists(st.sampled_from([*members, left]).flatmap(record_of), max_size=5))
    against = {"causes": ("lack_of_labour",), "risks": draw(st.sampled_from([(), ("unstable_work",)]))}
    home = household(*members, state=draw(STATES), state_since=date(2020, 3, 1), **against)
    return home, records(*rows)


def said(one: Facts) -> Facts:
    return one.model_copy(update={"valid_until": None})


@settings(max_examples=100, deadline=None)
@given(home=homes(), on=DAYS, under=POLICIES)
def test_nothing_changes_before_it(home, on: date, under) -> None:
    roster, rows = home
    first = facts(roster, rows, under, on)
    end = min(first.valid_until or date.max, on + timedelta(days=AHEAD))
    assert first.valid_until is None or first.valid_until > on
    day = on
    while (day := day + timedelta(days=1)) < end:
        assert said(facts(roster, rows, under, day)) == said(first), day
